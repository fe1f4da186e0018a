// The queries of GetMetricData: checked together, run in the order of their dependencies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/cloudwatch/metric_math.h"
#include "services/cloudwatch/shapes.h"
#include "services/cloudwatch/statistic.h"

namespace cloudwatch {

inline constexpr std::size_t queries_max = 500;
// Computed by all expressions of a request together, intermediate ones too: 32 MB.
inline constexpr std::size_t computed_points_max = 2'000'000;

struct MetricStatShape {
    MetricShape metric;
    std::int32_t period = 60;
    std::string stat;
    std::optional<std::string> unit;
    static constexpr auto members() {
        using M = MetricStatShape;
        return std::tuple{shape::member("Metric", &M::metric, {.required = true}),
                          shape::member("Period", &M::period, {.required = true, .min = 1}),
                          shape::member("Stat", &M::stat, {.required = true}),
                          shape::member("Unit", &M::unit, unit_rule)};
    }
};

struct DataQueryShape {
    std::string id;
    std::optional<MetricStatShape> metric_stat;
    std::optional<std::string> expression;
    std::optional<std::string> label;
    std::optional<bool> return_data;
    std::optional<std::int32_t> period;
    std::optional<std::string> account_id;
    static constexpr auto members() {
        using D = DataQueryShape;
        return std::tuple{shape::member("Id", &D::id, {.required = true, .min = 1, .max = 255}),
                          shape::member("MetricStat", &D::metric_stat),
                          shape::member("Expression", &D::expression, {.min = 1, .max = 2048}),
                          shape::member("Label", &D::label),
                          shape::member("ReturnData", &D::return_data),
                          shape::member("Period", &D::period, {.min = 1}),
                          shape::member("AccountId", &D::account_id, {.min = 1, .max = 255})};
    }
};

// One query, checked.
struct DataQuery {
    std::string id;
    std::string label;
    bool returned = true;
    // of a metric
    Metric metric;
    std::int64_t period_s = 60;
    std::optional<Statistic> statistic;  // absent: an expression
    std::string statistic_name;
    std::optional<Unit> unit;
    // of an expression
    Expression expression;
    std::string expression_text;
};

struct QueryResult {
    Value value;
    std::string notice;  // why there are no points, "" mostly
};

// In the order in which they can run, each after those it names.
//   errors  ValidationError
struct DataQueries {
    std::vector<DataQuery> all;      // as given
    std::vector<std::size_t> order;  // places in `all`
};
aws::Reply<DataQueries> check_queries(const aws::Call& call,
                                      const std::vector<DataQueryShape>& given);

// The values of all queries, by their places. `start` and `end` as asked for.
aws::Reply<std::vector<QueryResult>> run_queries(const CloudWatch& cloudwatch, Points& points,
                                                 const DataQueries& queries, base::Timestamp start,
                                                 base::Timestamp end);

}  // namespace cloudwatch
