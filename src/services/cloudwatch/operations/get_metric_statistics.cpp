// GetMetricStatistics: one metric, several statistics; a data point for each period and unit.
#include "services/cloudwatch/shapes.h"
#include "services/cloudwatch/statistic.h"

namespace cloudwatch {
namespace get_metric_statistics_operation {

constexpr std::int64_t datapoints_max = 1'440;

struct Input {
    std::string metric_namespace;
    std::string metric_name;
    std::vector<Dimension> dimensions;
    base::Timestamp start_time;
    base::Timestamp end_time;
    std::int32_t period = 60;
    std::optional<std::vector<std::string>> statistics;
    std::optional<std::vector<std::string>> extended_statistics;
    std::optional<std::string> unit;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("Namespace", &I::metric_namespace, required_namespace_rule),
            aws::member("MetricName", &I::metric_name, required_metric_name_rule),
            aws::member("Dimensions", &I::dimensions, dimensions_rule),
            aws::member("StartTime", &I::start_time, {.required = true}),
            aws::member("EndTime", &I::end_time, {.required = true}),
            aws::member("Period", &I::period, {.required = true, .min = 1}),
            aws::member(
                "Statistics", &I::statistics,
                {.min = 1, .max = 5, .values = "SampleCount, Average, Sum, Minimum, Maximum"}),
            aws::member("ExtendedStatistics", &I::extended_statistics, {.min = 1, .max = 10}),
            aws::member("Unit", &I::unit, unit_rule)};
    }
};

struct Datapoint {
    base::Timestamp timestamp;
    std::optional<double> sample_count;
    std::optional<double> average;
    std::optional<double> sum;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::string unit;
    std::optional<std::map<std::string, double>> extended_statistics;
    static constexpr auto members() {
        using D = Datapoint;
        return std::tuple{aws::member("Timestamp", &D::timestamp),
                          aws::member("SampleCount", &D::sample_count),
                          aws::member("Average", &D::average),
                          aws::member("Sum", &D::sum),
                          aws::member("Minimum", &D::minimum),
                          aws::member("Maximum", &D::maximum),
                          aws::member("Unit", &D::unit),
                          aws::member("ExtendedStatistics", &D::extended_statistics)};
    }
};

struct Output {
    std::string label;
    std::vector<Datapoint> datapoints;
    static constexpr auto members() {
        return std::tuple{aws::member("Label", &Output::label),
                          aws::member("Datapoints", &Output::datapoints)};
    }
};

using Named = std::vector<std::pair<std::string, Statistic>>;

aws::Reply<Named> read_statistics(const Input& input) {
    if (input.statistics && input.extended_statistics) {
        return faults::exclusive("Statistics", "ExtendedStatistics");
    }
    if (!input.statistics && !input.extended_statistics) {
        return faults::bad_combination("Must specify either Statistics or ExtendedStatistics.");
    }
    Named named;
    for (const auto& name : input.statistics ? *input.statistics : *input.extended_statistics) {
        const auto statistic = parse_statistic(name);
        if (!input.statistics && is_other_statistic(name)) {
            return faults::invalid_value("The extended statistic " + name +
                                         " is not supported by this server; percentiles are.");
        }
        if (!statistic || (!input.statistics && !statistic->needs_values())) {
            return faults::invalid_value_of(name, "ExtendedStatistics");
        }
        named.emplace_back(name, *statistic);
    }
    return named;
}

aws::Reply<Points::Range> read_range(const Input& input, base::Timestamp now) {
    if (!is_period(input.period)) {
        return faults::invalid_value(
            "The parameter Period must be 1, 5, 10, 20, 30 or a multiple "
            "of 60.");
    }
    if (input.start_time >= input.end_time) return faults::wrong_order();
    Points::Range range;
    range.period_s = input.period;
    range.start_s = first_period_s(input.start_time, input.period, now);
    range.end_s = floor_to(input.end_time.ms + 999, 1000) / 1000;
    const std::int64_t most = (range.end_s - range.start_s + range.period_s - 1) / range.period_s;
    if (most > datapoints_max) {
        return faults::bad_combination(
            "You have requested up to " + std::to_string(most) +
            " datapoints, which exceeds the limit of 1,440. You may reduce the datapoints "
            "requested by increasing Period, or decreasing the time range.");
    }
    if (input.unit) range.unit = unit_of(*input.unit);
    range.values = input.extended_statistics.has_value();
    return range;
}

void set(Datapoint& point, const std::string& name, const Statistic& statistic, double value) {
    switch (statistic.kind) {
        case Statistic::Kind::samples:
            point.sample_count = value;
            break;
        case Statistic::Kind::average:
            point.average = value;
            break;
        case Statistic::Kind::sum:
            point.sum = value;
            break;
        case Statistic::Kind::minimum:
            point.minimum = value;
            break;
        case Statistic::Kind::maximum:
            point.maximum = value;
            break;
        case Statistic::Kind::percentile:
            if (!point.extended_statistics) point.extended_statistics.emplace();
            (*point.extended_statistics)[name] = value;
            break;
    }
}

aws::Reply<Output> run(CloudWatch& cloudwatch, const aws::Call& call, Input& input) {
    TRY(statistics, read_statistics(input));
    TRY(range, read_range(input, cloudwatch.now()));
    TRY(dimensions, read_dimensions(input.dimensions, "Dimensions"));
    const Metric metric =
        metric_of(call, input.metric_namespace, input.metric_name, std::move(dimensions));
    std::size_t budget = read_points_max;
    const auto buckets = cloudwatch.points().read(metric, range, budget);
    if (!buckets) return faults::from_read(buckets.error(), read_points_max);
    Output output;
    output.label = input.metric_name;
    for (const Bucket& bucket : buckets.value()) {
        Datapoint point;
        point.timestamp = {bucket.start_s * 1000};
        point.unit = name_of(bucket.unit);
        bool any = false;
        for (const auto& [name, statistic] : statistics) {
            const auto value = statistic.of(bucket);
            if (!value) continue;
            any = true;
            set(point, name, statistic, *value);
        }
        if (any) output.datapoints.push_back(std::move(point));
    }
    if (output.datapoints.empty() && !buckets.value().empty()) {
        return faults::invalid_value(
            "Percentiles of " + input.metric_name +
            " are not known for this time: it was published as sums, not as values.");
    }
    return output;
}

}  // namespace get_metric_statistics_operation

constinit const aws::Operation get_metric_statistics =
    aws::operation<&get_metric_statistics_operation::run>("GetMetricStatistics");

}  // namespace cloudwatch
