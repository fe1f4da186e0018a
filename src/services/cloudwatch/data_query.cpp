#include "services/cloudwatch/data_query.h"

#include <map>
#include <set>

namespace cloudwatch {
namespace {

// "MetricDataQueries.member.3"
std::string place_of(std::size_t index) {
    return "MetricDataQueries.member." + std::to_string(index + 1);
}

bool is_query_id(const std::string& id) {
    const auto is_rest = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !id.empty() && id.front() >= 'a' && id.front() <= 'z' &&
           std::all_of(id.begin(), id.end(), is_rest);
}

aws::Reply<void> check_period(std::int64_t period_s, const std::string& at) {
    if (is_period(period_s)) return base::ok();
    return faults::validation("The value " + std::to_string(period_s) + " for parameter " + at +
                              " must be 1, 5, 10, 20, 30 or a multiple of 60.");
}

aws::Reply<void> read_metric(const aws::Call& call, const MetricStatShape& given,
                             const std::string& at, DataQuery& query) {
    const std::string metric_at = at + ".MetricStat.Metric";
    if (!given.metric.metric_namespace) {
        return faults::validation("The parameter " + metric_at + ".Namespace is required.");
    }
    if (!given.metric.metric_name) {
        return faults::validation("The parameter " + metric_at + ".MetricName is required.");
    }
    TRY(dimensions, read_dimensions(given.metric.dimensions, metric_at + ".Dimensions"));
    query.metric = metric_of(call, *given.metric.metric_namespace, *given.metric.metric_name,
                             std::move(dimensions));
    TRY_VOID(check_period(given.period, at + ".MetricStat.Period"));
    query.period_s = given.period;
    query.statistic = parse_statistic(given.stat);
    query.statistic_name = given.stat;
    if (!query.statistic && is_other_statistic(given.stat)) {
        return faults::validation("The statistic " + given.stat +
                                  " is not supported by this server; percentiles are.");
    }
    if (!query.statistic) {
        return faults::validation("The value " + given.stat + " for parameter " + at +
                                  ".MetricStat.Stat is not supported.");
    }
    if (given.unit) query.unit = unit_of(*given.unit);
    query.label = query.metric.name;
    return base::ok();
}

aws::Fault bad_expression(const DataQuery& query, const std::string& why) {
    return faults::validation("Error in expression '" + query.id + "': " + why + ".");
}

aws::Reply<void> read_expression(const std::string& text, DataQuery& query) {
    auto parsed = parse_expression(text);
    if (!parsed) return bad_expression(query, parsed.error().message);
    query.expression = std::move(parsed.value());
    query.expression_text = text;
    query.label = query.id;
    return base::ok();
}

aws::Reply<DataQuery> read_query(const aws::Call& call, const DataQueryShape& given,
                                 const std::string& at) {
    DataQuery query;
    query.id = given.id;
    query.returned = given.return_data.value_or(true);
    if (!is_query_id(given.id)) {
        return faults::validation("The value " + given.id + " for parameter " + at +
                                  ".Id is not matching the expected pattern "
                                  "^[a-z][a-zA-Z0-9_]*$.");
    }
    if (given.metric_stat && given.expression) {
        return faults::validation("The parameters " + at + ".Expression and " + at +
                                  ".MetricStat are mutually exclusive and you have specified "
                                  "both.");
    }
    if (given.account_id && *given.account_id != call.account()) {
        return faults::validation("The parameter " + at +
                                  ".AccountId names another account, whose metrics are not here.");
    }
    if (given.period) {
        TRY_VOID(check_period(*given.period, at + ".Period"));
    }
    if (given.metric_stat) {
        TRY_VOID(read_metric(call, *given.metric_stat, at, query));
    } else if (given.expression) {
        TRY_VOID(read_expression(*given.expression, query));
    } else {
        return faults::validation("Either the parameter " + at + ".MetricStat or the parameter " +
                                  at + ".Expression is required.");
    }
    if (given.label) query.label = *given.label;
    if (query.label.find("${") != std::string::npos) {
        return faults::validation("Dynamic labels, as in " + at +
                                  ".Label, are not supported by this server.");
    }
    return query;
}

// Puts `index` behind all that it depends on. `entered` tells circles.
aws::Reply<void> visit(const DataQueries& queries, const std::map<std::string, std::size_t>& places,
                       std::size_t index, std::set<std::size_t>& entered,
                       std::set<std::size_t>& left, std::vector<std::size_t>& order) {
    if (left.contains(index)) return base::ok();
    const DataQuery& query = queries.all[index];
    if (!entered.insert(index).second) {
        return bad_expression(query, "it depends on itself");
    }
    if (!query.statistic) {
        for (const std::string& id : ids_of(query.expression)) {
            const auto found = places.find(id);
            if (found == places.end()) {
                return bad_expression(query, "there is no query with the id " + id);
            }
            TRY_VOID(visit(queries, places, found->second, entered, left, order));
        }
    }
    left.insert(index);
    order.push_back(index);
    return base::ok();
}

aws::Reply<QueryResult> read_points(Points& points, const DataQuery& query, base::Timestamp start,
                                    base::Timestamp end, base::Timestamp now, std::size_t& budget) {
    Points::Range range;
    range.period_s = query.period_s;
    range.start_s = first_period_s(start, query.period_s, now);
    range.end_s = floor_to(end.ms + 999, 1000) / 1000;
    range.unit = query.unit;
    range.values = query.statistic->needs_values();
    auto read = points.read(query.metric, range, budget);
    if (!read) return faults::from_read(read.error(), read_points_max);
    // Without a unit asked for, all units of a period count together.
    std::vector<Bucket> buckets;
    for (Bucket& bucket : read.value()) {
        if (!buckets.empty() && buckets.back().start_s == bucket.start_s) {
            buckets.back().numbers.merge(bucket.numbers);
            buckets.back().values.add(bucket.values);
        } else {
            buckets.push_back(std::move(bucket));
        }
    }
    QueryResult result;
    Series series{query.period_s, {}};
    for (const Bucket& bucket : buckets) {
        if (const auto value = query.statistic->of(bucket)) {
            series.points.emplace_back(bucket.start_s, *value);
        } else {
            result.notice = "Where the metric was published as sums, not as values, " +
                            query.statistic_name + " is not known.";
        }
    }
    result.value = std::move(series);
    return result;
}

aws::Reply<Value> compute(const DataQuery& query, const MathScope& scope) {
    auto value = evaluate(query.expression, scope);
    if (!value) return bad_expression(query, value.error().message);
    if (query.returned && !std::holds_alternative<Series>(value.value())) {
        return bad_expression(query, "it must return a time series");
    }
    return std::move(value.value());
}

}  // namespace

aws::Reply<DataQueries> check_queries(const aws::Call& call,
                                      const std::vector<DataQueryShape>& given) {
    if (given.empty()) {
        return faults::validation("The parameter MetricDataQueries is required.");
    }
    if (given.size() > queries_max) {
        return faults::validation(
            "The collection MetricDataQueries must not have a size greater "
            "than " +
            std::to_string(queries_max) + ".");
    }
    DataQueries queries;
    std::map<std::string, std::size_t> places;
    bool any_returned = false;
    for (std::size_t i = 0; i < given.size(); ++i) {
        TRY(query, read_query(call, given[i], place_of(i)));
        if (!places.emplace(query.id, i).second) {
            return faults::validation(
                "The values for parameter id in MetricDataQueries are not "
                "unique.");
        }
        any_returned = any_returned || query.returned;
        queries.all.push_back(std::move(query));
    }
    if (!any_returned) {
        return faults::validation(
            "At least one of the MetricDataQueries must have ReturnData "
            "true.");
    }
    std::set<std::size_t> entered;
    std::set<std::size_t> left;
    for (std::size_t i = 0; i < queries.all.size(); ++i) {
        TRY_VOID(visit(queries, places, i, entered, left, queries.order));
    }
    return queries;
}

aws::Reply<std::vector<QueryResult>> run_queries(const CloudWatch& cloudwatch, Points& points,
                                                 const DataQueries& queries, base::Timestamp start,
                                                 base::Timestamp end) {
    const base::Timestamp now = cloudwatch.now();
    std::vector<QueryResult> results(queries.all.size());
    std::map<std::string, const Value*> known;
    std::size_t budget = read_points_max;
    std::size_t points_left = computed_points_max;
    MathScope scope;
    scope.find = [&known](const std::string& id) {
        const auto found = known.find(id);
        return found == known.end() ? nullptr : found->second;
    };
    scope.start_s = first_period_s(start, 60, now);
    scope.end_s = floor_to(end.ms + 999, 1000) / 1000;
    scope.points_left = &points_left;
    for (const std::size_t index : queries.order) {
        const DataQuery& query = queries.all[index];
        if (query.statistic) {
            TRY(result, read_points(points, query, start, end, now, budget));
            results[index] = std::move(result);
        } else {
            TRY(value, compute(query, scope));
            const std::size_t count = points_of(value);
            if (count > budget) {
                return faults::from_read({base::ErrorKind::limit, "", ""}, read_points_max);
            }
            budget -= count;
            results[index].value = std::move(value);
        }
        known[query.id] = &results[index].value;
    }
    return results;
}

}  // namespace cloudwatch
