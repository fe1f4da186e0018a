// Evaluates metric math over time series. Pure.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "services/cloudwatch/expression.h"

namespace cloudwatch {

struct Series {
    std::int64_t period_s = 60;
    std::vector<std::pair<std::int64_t, double>> points;  // ascending; finite
};
// A number, a time series, an array of time series.
using Value = std::variant<double, Series, std::vector<Series>>;

// Points that FILL may add to one series.
inline constexpr std::int64_t filled_points_max = 100'800;

struct MathScope {
    // The value of a query by its id; null when there is none.
    std::function<const Value*(const std::string& id)> find;
    // What FILL fills: periods from start (aligned by the series' own) up to end.
    std::int64_t start_s = 0;
    std::int64_t end_s = 0;
    // Points that may still be computed, lowered by the most that each step may make before it
    // makes them: bounds time and memory.
    std::size_t* points_left = nullptr;
};

//   errors  invalid (types, counts of arguments, an id nobody has), unsupported (a function),
//           limit (points_left)
base::Result<Value> evaluate(const Expression& expression, const MathScope& scope);

std::size_t points_of(const Value& value);

}  // namespace cloudwatch
