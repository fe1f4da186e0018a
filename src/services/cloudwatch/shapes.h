// Shapes and rules that several operations share.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "services/cloudwatch/cloudwatch.h"
#include "services/cloudwatch/faults.h"

namespace cloudwatch {

inline constexpr std::size_t dimensions_max = 30;  // a metric

inline constexpr shape::Constraints namespace_rule{.min = 1, .max = 255, .pattern = "[^:].*"};
inline constexpr shape::Constraints required_namespace_rule{
    .required = true, .min = 1, .max = 255, .pattern = "[^:].*"};
inline constexpr shape::Constraints metric_name_rule{.min = 1, .max = 255};
inline constexpr shape::Constraints required_metric_name_rule{
    .required = true, .min = 1, .max = 255};
inline constexpr shape::Constraints dimensions_rule{.max = dimensions_max};
inline constexpr shape::Constraints unit_rule{.values = unit_names};

struct Dimension {
    std::string name;
    std::string value;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &Dimension::name, {.required = true, .min = 1, .max = 255}),
            shape::member("Value", &Dimension::value, {.required = true, .min = 1, .max = 1024})};
    }
};

struct MetricShape {
    std::optional<std::string> metric_namespace;
    std::optional<std::string> metric_name;
    std::vector<Dimension> dimensions;
    static constexpr auto members() {
        using M = MetricShape;
        return std::tuple{shape::member("Namespace", &M::metric_namespace, namespace_rule),
                          shape::member("MetricName", &M::metric_name, metric_name_rule),
                          shape::member("Dimensions", &M::dimensions, dimensions_rule)};
    }
};

// ASCII without control characters, and not only spaces.
inline bool is_dimension_text(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }) &&
           text.find_first_not_of(' ') != std::string::npos;
}

// Their order says nothing; each name once.
//   at  "MetricData.member.1.Dimensions", for the message
inline aws::Reply<std::vector<DimensionRow>> read_dimensions(const std::vector<Dimension>& given,
                                                             const std::string& at) {
    std::vector<DimensionRow> rows;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string here = at + ".member." + std::to_string(i + 1);
        if (given[i].name.starts_with(':') || !is_dimension_text(given[i].name)) {
            return faults::invalid_value_of(given[i].name, here + ".Name");
        }
        if (!is_dimension_text(given[i].value)) {
            return faults::invalid_value_of(given[i].value, here + ".Value");
        }
        rows.push_back({given[i].name, given[i].value});
    }
    std::sort(rows.begin(), rows.end());
    const auto same = [](const DimensionRow& a, const DimensionRow& b) { return a.name == b.name; };
    const auto twice = std::adjacent_find(rows.begin(), rows.end(), same);
    if (twice != rows.end()) {
        return faults::invalid_value("No dimension name can be specified more than once: " +
                                     twice->name + " in " + at + ".");
    }
    return rows;
}

inline Metric metric_of(const aws::Call& call, std::string metric_namespace, std::string name,
                        std::vector<DimensionRow> dimensions) {
    return {call.account(), call.region, std::move(metric_namespace), std::move(name),
            std::move(dimensions)};
}

// 1, 5, 10, 20, 30 or a multiple of 60.
inline bool is_period(std::int64_t period_s) {
    return period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 || period_s == 30 ||
           (period_s > 0 && period_s % 60 == 0);
}

// The second of a moment, rounded down.
inline std::int64_t seconds_of(base::Timestamp time) {
    return floor_to(time.ms, 1000) / 1000;
}

// Where the first period begins, as AWS rounds: to the period below a minute, else to the minute,
// five minutes or the hour, by the start's age.
inline std::int64_t first_period_s(base::Timestamp start, std::int64_t period_s,
                                   base::Timestamp now) {
    const std::int64_t start_s = seconds_of(start);
    if (period_s < 60) return floor_to(start_s, period_s);
    const std::int64_t age_s = seconds_of(now) - start_s;
    if (age_s > tiers[2].keep_s) return floor_to(start_s, tiers[3].bucket_s);
    if (age_s > tiers[1].keep_s) return floor_to(start_s, tiers[2].bucket_s);
    return floor_to(start_s, 60);
}

}  // namespace cloudwatch
