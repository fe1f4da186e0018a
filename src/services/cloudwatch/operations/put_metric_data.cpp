// PutMetricData: up to 1,000 data of up to 150 values each, answered when they are durable. All of
// a request is stored, or nothing.
#include <cmath>
#include <set>

#include "services/cloudwatch/shapes.h"
#include "wire/json.h"

namespace cloudwatch {
namespace put_metric_data_operation {

constexpr std::size_t data_max = 1'000;  // a request
constexpr std::size_t values_max = 150;  // a datum
// As AWS: of the request, compressed or not. A chunked one is bounded as an expanded one is.
constexpr std::uint64_t sent_bytes_max = 1'048'576;
// 1,000 data of 150 values and counts each, in JSON or CBOR, with their dimensions.
constexpr std::uint64_t expanded_bytes_max = 8 * 1024 * 1024;
constexpr std::int64_t past_ms_max = 14 * base::day_ms;
constexpr std::int64_t future_ms_max = 2 * base::hour_ms;
const double magnitude_max = std::exp2(360);

struct StatisticSet {
    double sample_count = 0;
    double sum = 0;
    double minimum = 0;
    double maximum = 0;
    static constexpr auto members() {
        using S = StatisticSet;
        return std::tuple{aws::member("SampleCount", &S::sample_count, {.required = true}),
                          aws::member("Sum", &S::sum, {.required = true}),
                          aws::member("Minimum", &S::minimum, {.required = true}),
                          aws::member("Maximum", &S::maximum, {.required = true})};
    }
};

struct Datum {
    std::string metric_name;
    std::vector<Dimension> dimensions;
    std::optional<base::Timestamp> timestamp;
    std::optional<double> value;
    std::optional<StatisticSet> statistic_values;
    std::optional<std::vector<double>> values;
    std::optional<std::vector<double>> counts;
    std::optional<std::string> unit;
    std::optional<std::int32_t> storage_resolution;
    static constexpr auto members() {
        using D = Datum;
        return std::tuple{aws::member("MetricName", &D::metric_name, required_metric_name_rule),
                          aws::member("Dimensions", &D::dimensions, dimensions_rule),
                          aws::member("Timestamp", &D::timestamp),
                          aws::member("Value", &D::value),
                          aws::member("StatisticValues", &D::statistic_values),
                          aws::member("Values", &D::values),
                          aws::member("Counts", &D::counts),
                          aws::member("Unit", &D::unit, unit_rule),
                          aws::member("StorageResolution", &D::storage_resolution, {.min = 1})};
    }
};

struct Entity {
    std::map<std::string, std::string> key_attributes;
    std::map<std::string, std::string> attributes;
    static constexpr auto members() {
        return std::tuple{
            aws::member("KeyAttributes", &Entity::key_attributes, {.min = 2, .max = 4}),
            aws::member("Attributes", &Entity::attributes, {.min = 0, .max = 10})};
    }
};

struct EntityData {
    std::optional<Entity> entity;
    std::vector<Datum> metric_data;
    static constexpr auto members() {
        return std::tuple{aws::member("Entity", &EntityData::entity),
                          aws::member("MetricData", &EntityData::metric_data)};
    }
};

struct Input {
    std::string metric_namespace;
    std::vector<Datum> metric_data;
    std::vector<EntityData> entity_metric_data;
    std::optional<bool> strict_entity_validation;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("Namespace", &I::metric_namespace, required_namespace_rule),
                          aws::member("MetricData", &I::metric_data),
                          aws::member("EntityMetricData", &I::entity_metric_data),
                          aws::member("StrictEntityValidation", &I::strict_entity_validation)};
    }
};
using Output = shape::Empty;

std::string text_of(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    std::string out;
    wire::append_json_number(out, value);
    return out;
}

aws::Reply<void> check_value(double value, const std::string& at) {
    if (std::fabs(value) <= magnitude_max) return base::ok();  // false for NaN
    return faults::invalid_value_of(text_of(value), at);
}

aws::Reply<void> check_times(double times, const std::string& at) {
    if (times > 0 && times <= magnitude_max) return base::ok();
    return faults::invalid_value_of(text_of(times), at);
}

aws::Reply<void> read_value(const Datum& datum, const std::string& at, Sample& sample) {
    TRY_VOID(check_value(*datum.value, at + ".Value"));
    sample.numbers.add(*datum.value);
    sample.values.add(*datum.value, 1);
    return base::ok();
}

aws::Reply<void> read_values(const Datum& datum, const std::string& at, Sample& sample) {
    const auto& values = *datum.values;
    if (values.empty()) return faults::missing(at + ".Values");
    if (values.size() > values_max) return faults::too_many(at + ".Values", values_max);
    if (datum.counts && datum.counts->size() != values.size()) {
        return faults::bad_combination("The parameters " + at + ".Values and " + at +
                                       ".Counts must be of the same size.");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string number = ".member." + std::to_string(i + 1);
        const double times = datum.counts ? (*datum.counts)[i] : 1;
        TRY_VOID(check_value(values[i], at + ".Values" + number));
        TRY_VOID(check_times(times, at + ".Counts" + number));
        sample.numbers.add(values[i], times);
        sample.values.add(values[i], times);
    }
    return base::ok();
}

aws::Reply<void> read_set(const Datum& datum, const std::string& at, Sample& sample) {
    const StatisticSet& set = *datum.statistic_values;
    const std::string here = at + ".StatisticValues";
    TRY_VOID(check_times(set.sample_count, here + ".SampleCount"));
    TRY_VOID(check_value(set.sum, here + ".Sum"));
    TRY_VOID(check_value(set.minimum, here + ".Minimum"));
    TRY_VOID(check_value(set.maximum, here + ".Maximum"));
    if (set.minimum > set.maximum) {
        return faults::bad_combination("The parameter " + here +
                                       ".Minimum must not be greater than the parameter " + here +
                                       ".Maximum.");
    }
    sample.numbers = {set.sample_count, set.sum, set.minimum, set.maximum};
    // The values of a set are known only when they are all the same.
    if (sample.numbers.uniform()) {
        sample.values.add(set.minimum, set.sample_count);
    } else {
        sample.values.forget();
    }
    return base::ok();
}

aws::Reply<void> read_numbers(const Datum& datum, const std::string& at, Sample& sample) {
    if (datum.value && datum.statistic_values) {
        return faults::exclusive(at + ".Value", at + ".StatisticValues");
    }
    if (datum.value && datum.values) return faults::exclusive(at + ".Value", at + ".Values");
    if (datum.values && datum.statistic_values) {
        return faults::exclusive(at + ".Values", at + ".StatisticValues");
    }
    if (datum.counts && !datum.values) return faults::missing(at + ".Values");
    if (datum.value) return read_value(datum, at, sample);
    if (datum.values) return read_values(datum, at, sample);
    if (datum.statistic_values) return read_set(datum, at, sample);
    return faults::missing_values(at);
}

aws::Reply<std::int64_t> read_time(const Datum& datum, const std::string& at, base::Timestamp now) {
    const base::Timestamp time = datum.timestamp.value_or(now);
    if (time.ms < now.ms - past_ms_max) {
        return faults::invalid_value("The parameter " + at +
                                     ".Timestamp must specify a time within the past two weeks.");
    }
    if (time.ms > now.ms + future_ms_max) {
        return faults::invalid_value(
            "The parameter " + at +
            ".Timestamp must specify a time no more than two hours in the future.");
    }
    return seconds_of(time);
}

aws::Reply<Sample> read_datum(const aws::Call& call, const Input& input, const Datum& datum,
                              const std::string& at, base::Timestamp now) {
    Sample sample;
    TRY(dimensions, read_dimensions(datum.dimensions, at + ".Dimensions"));
    sample.metric =
        metric_of(call, input.metric_namespace, datum.metric_name, std::move(dimensions));
    TRY_VOID(read_numbers(datum, at, sample));
    TRY(time_s, read_time(datum, at, now));
    sample.time_s = time_s;
    if (datum.unit) sample.unit = unit_of(*datum.unit);
    const std::int32_t resolution_s = datum.storage_resolution.value_or(60);
    if (resolution_s != 1 && resolution_s != 60) {
        return faults::invalid_value_of(std::to_string(resolution_s), at + ".StorageResolution");
    }
    sample.high_resolution = resolution_s == 1;
    return sample;
}

aws::Reply<std::vector<Sample>> read_samples(const aws::Call& call, const Input& input,
                                             base::Timestamp now) {
    if (input.metric_namespace.starts_with("AWS/")) {
        return faults::invalid_value_of(input.metric_namespace, "Namespace");
    }
    if (!input.entity_metric_data.empty() || input.strict_entity_validation) {
        return faults::invalid_value("Entities of metrics are not supported by this server.");
    }
    if (input.metric_data.empty()) return faults::missing("MetricData");
    if (input.metric_data.size() > data_max) return faults::too_many("MetricData", data_max);
    std::vector<Sample> samples;
    samples.reserve(input.metric_data.size());
    for (std::size_t i = 0; i < input.metric_data.size(); ++i) {
        const std::string at = "MetricData.member." + std::to_string(i + 1);
        TRY(sample, read_datum(call, input, input.metric_data[i], at, now));
        samples.push_back(std::move(sample));
    }
    return samples;
}

void run(CloudWatch& cloudwatch, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    if (call.head != nullptr && call.head->content_length.value_or(0) > sent_bytes_max) {
        return respond(faults::body_too_large(sent_bytes_max));
    }
    auto samples = read_samples(call, input, cloudwatch.now());
    if (!samples) return respond(std::move(samples.error()));
    cloudwatch.points().put(std::move(samples.value()),
                            [respond = std::move(respond)](base::Result<void> stored) mutable {
                                if (!stored) return respond(faults::from(stored.error()));
                                respond(Output{});
                            });
}

}  // namespace put_metric_data_operation

constinit const aws::Operation put_metric_data = aws::operation<&put_metric_data_operation::run>(
    "PutMetricData", {.body_bytes_max = put_metric_data_operation::expanded_bytes_max});

}  // namespace cloudwatch
