#include "services/cloudwatch/metric_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "services/cloudwatch/block.h"

namespace cloudwatch {
namespace {

using Array = std::vector<Series>;
using Point = std::pair<std::int64_t, double>;
using Arguments = std::vector<Value>;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

base::Error invalid(std::string what) {
    return {base::ErrorKind::invalid, std::move(what), ""};
}

// Everything that makes points pays for them first, by the most that they may be, so that nothing
// is allocated that the budget does not hold.
base::Result<void> charge(const MathScope& scope, std::size_t points) {
    if (points > *scope.points_left) {
        return base::Error{base::ErrorKind::limit, "it computes too many points", ""};
    }
    *scope.points_left -= points;
    return base::ok();
}

void add_point(Series& series, std::int64_t time_s, double value) {
    // What has no value (a division by zero) has no point, as at AWS.
    if (std::isfinite(value)) series.points.emplace_back(time_s, value);
}

template <class F>
Series map_values(const Series& series, F&& f) {
    Series out{series.period_s, {}};
    for (const auto& [time_s, value] : series.points)
        add_point(out, time_s, f(value));
    return out;
}

// ---- operators ----

double apply(char op, double a, double b) {
    switch (op) {
        case '+':
            return a + b;
        case '-':
            return a - b;
        case '*':
            return a * b;
        default:
            return a / b;
    }
}

// Only times at which both have a point.
Series join(char op, const Series& a, const Series& b) {
    Series out{std::max(a.period_s, b.period_s), {}};
    auto at = b.points.begin();
    for (const auto& [time_s, value] : a.points) {
        while (at != b.points.end() && at->first < time_s)
            ++at;
        if (at == b.points.end()) break;
        if (at->first == time_s) add_point(out, time_s, apply(op, value, at->second));
    }
    return out;
}

base::Result<Value> combine(char op, const Value& a, const Value& b) {
    const auto* left_number = std::get_if<double>(&a);
    const auto* right_number = std::get_if<double>(&b);
    const auto* left = std::get_if<Series>(&a);
    const auto* right = std::get_if<Series>(&b);
    if (left_number != nullptr && right_number != nullptr) {
        return Value(apply(op, *left_number, *right_number));
    }
    if (left != nullptr && right != nullptr) return Value(join(op, *left, *right));
    if (left != nullptr && right_number != nullptr) {
        return Value(map_values(*left, [&](double v) { return apply(op, v, *right_number); }));
    }
    if (left_number != nullptr && right != nullptr) {
        return Value(map_values(*right, [&](double v) { return apply(op, *left_number, v); }));
    }
    const auto* left_array = std::get_if<Array>(&a);
    const auto* right_array = std::get_if<Array>(&b);
    if (left_array != nullptr && right_array != nullptr) {
        return invalid("two arrays cannot be combined by an operator");
    }
    Array out;
    for (const Series& series : left_array != nullptr ? *left_array : *right_array) {
        TRY(one, left_array != nullptr ? combine(op, series, b) : combine(op, a, series));
        out.push_back(std::get<Series>(std::move(one)));
    }
    return Value(std::move(out));
}

// ---- functions ----

template <class F>
base::Result<Value> each_series(const Value& value, const char* name, F&& f) {
    if (const auto* series = std::get_if<Series>(&value)) return Value(f(*series));
    if (const auto* array = std::get_if<Array>(&value)) {
        Array out;
        for (const Series& series : *array)
            out.push_back(f(series));
        return Value(std::move(out));
    }
    return invalid(std::string(name) + " takes a time series, not a number");
}

template <class F>
base::Result<Value> each_value(const Value& value, const char* name, F&& f) {
    if (const auto* number = std::get_if<double>(&value)) return Value(f(*number));
    return each_series(value, name, [&](const Series& series) { return map_values(series, f); });
}

// Of a time series: one number. Of an array: a time series, at each time of those that have a
// point there.
template <class F>
base::Result<Value> aggregate(const Value& value, const char* name, F&& f) {
    if (const auto* series = std::get_if<Series>(&value)) {
        std::vector<double> values;
        for (const auto& [time_s, one] : series->points)
            values.push_back(one);
        return Value(values.empty() ? nothing : f(values));
    }
    const auto* array = std::get_if<Array>(&value);
    if (array == nullptr) return invalid(std::string(name) + " takes a time series, not a number");
    std::vector<Point> all;
    Series out;
    for (const Series& series : *array) {
        out.period_s = std::max(out.period_s, series.period_s);
        all.insert(all.end(), series.points.begin(), series.points.end());
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Point& a, const Point& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < all.size();) {
        const std::int64_t time_s = all[i].first;
        std::vector<double> values;
        for (; i < all.size() && all[i].first == time_s; ++i)
            values.push_back(all[i].second);
        add_point(out, time_s, f(values));
    }
    return Value(std::move(out));
}

double sum_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}
double average_of(const std::vector<double>& values) {
    return sum_of(values) / static_cast<double>(values.size());
}
double minimum_of(const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
}
double maximum_of(const std::vector<double>& values) {
    return *std::max_element(values.begin(), values.end());
}

// Each point against the one before it; the first has none.
Series difference(const Series& series, bool per_second) {
    Series out{series.period_s, {}};
    for (std::size_t i = 1; i < series.points.size(); ++i) {
        const auto& [before_s, before] = series.points[i - 1];
        const auto& [time_s, value] = series.points[i];
        const double change = value - before;
        add_point(out, time_s,
                  per_second ? change / static_cast<double>(time_s - before_s) : change);
    }
    return out;
}

Series running_sum(const Series& series) {
    double sum = 0;
    return map_values(series, [&](double value) { return sum += value; });
}

// How a missing point is filled, between the point before and the one after (either may be null).
using Fill = std::function<double(std::int64_t time_s, const Point* before, const Point* after)>;

Series fill_series(const Series& series, const MathScope& scope, const Fill& fill) {
    const std::int64_t period_s = series.period_s;
    // Periods lie as those of the points do; without any, as the request says.
    std::int64_t time_s = scope.start_s;
    if (!series.points.empty()) {
        const std::int64_t first_s = series.points.front().first;
        time_s = first_s - floor_to(first_s - scope.start_s, period_s);
    }
    Series out{period_s, {}};
    auto at = series.points.begin();
    for (; time_s < scope.end_s; time_s += period_s) {
        if (at != series.points.end() && at->first == time_s) {
            out.points.push_back(*at++);
            continue;
        }
        const Point* before = at == series.points.begin() ? nullptr : &*(at - 1);
        const Point* after = at == series.points.end() ? nullptr : &*at;
        add_point(out, time_s, fill(time_s, before, after));
    }
    return out;
}

double repeat_value(std::int64_t, const Point* before, const Point*) {
    return before == nullptr ? nothing : before->second;
}
double linear_value(std::int64_t time_s, const Point* before, const Point* after) {
    if (before == nullptr || after == nullptr) return nothing;
    const double share = static_cast<double>(time_s - before->first) /
                         static_cast<double>(after->first - before->first);
    return before->second + share * (after->second - before->second);
}

// What FILL makes of `series`: at most one point more than whole periods.
base::Result<void> charge_fill(const Series& series, const MathScope& scope) {
    const std::int64_t periods = (scope.end_s - scope.start_s) / series.period_s;
    if (periods > filled_points_max) {
        return invalid("FILL would make more than " + std::to_string(filled_points_max) +
                       " points");
    }
    return charge(scope, static_cast<std::size_t>(std::max<std::int64_t>(periods, 0)) + 1);
}

base::Result<Value> fill_value(const Value& value, const MathScope& scope, const Fill& fill) {
    if (const auto* series = std::get_if<Series>(&value)) {
        TRY_VOID(charge_fill(*series, scope));
        return Value(fill_series(*series, scope, fill));
    }
    const auto* array = std::get_if<Array>(&value);
    if (array == nullptr) return invalid("FILL takes a time series, not a number");
    for (const Series& series : *array) {
        TRY_VOID(charge_fill(series, scope));
    }
    Array out;
    for (const Series& series : *array)
        out.push_back(fill_series(series, scope, fill));
    return Value(std::move(out));
}

// ---- the table ----

struct Function {
    const char* name;
    base::Result<Value> (*run)(const Value& value);
};
constexpr Function functions[] = {
    {"ABS",
     [](const Value& v) { return each_value(v, "ABS", [](double x) { return std::fabs(x); }); }},
    {"AVG", [](const Value& v) { return aggregate(v, "AVG", average_of); }},
    {"CEIL",
     [](const Value& v) { return each_value(v, "CEIL", [](double x) { return std::ceil(x); }); }},
    {"DIFF",
     [](const Value& v) {
         return each_series(v, "DIFF", [](const Series& s) { return difference(s, false); });
     }},
    {"FLOOR",
     [](const Value& v) { return each_value(v, "FLOOR", [](double x) { return std::floor(x); }); }},
    {"MAX", [](const Value& v) { return aggregate(v, "MAX", maximum_of); }},
    {"METRIC_COUNT",
     [](const Value& v) -> base::Result<Value> {
         if (const auto* array = std::get_if<Array>(&v)) {
             return Value(static_cast<double>(array->size()));
         }
         return invalid("METRIC_COUNT takes an array of time series");
     }},
    {"MIN", [](const Value& v) { return aggregate(v, "MIN", minimum_of); }},
    {"PERIOD",
     [](const Value& v) -> base::Result<Value> {
         if (const auto* series = std::get_if<Series>(&v)) {
             return Value(static_cast<double>(series->period_s));
         }
         return invalid("PERIOD takes a time series");
     }},
    {"RATE",
     [](const Value& v) {
         return each_series(v, "RATE", [](const Series& s) { return difference(s, true); });
     }},
    {"RUNNING_SUM", [](const Value& v) { return each_series(v, "RUNNING_SUM", running_sum); }},
    {"SUM", [](const Value& v) { return aggregate(v, "SUM", sum_of); }},
};

base::Result<Value> negate(const Value& value) {
    return each_value(value, "-", [](double x) { return -x; });
}

base::Result<Value> call_fill(const Expression& expression, const MathScope& scope) {
    if (expression.operands.size() != 2) return invalid("FILL takes two arguments");
    TRY(value, evaluate(expression.operands[0], scope));
    const Expression& with = expression.operands[1];
    if (with.kind == Expression::Kind::keyword) {
        return fill_value(value, scope, with.text == "REPEAT" ? repeat_value : linear_value);
    }
    TRY(filler, evaluate(with, scope));
    const auto* number = std::get_if<double>(&filler);
    if (number == nullptr) {
        return base::Error{base::ErrorKind::unsupported,
                           "FILL with a time series is not supported by this server", ""};
    }
    return fill_value(value, scope,
                      [number](std::int64_t, const Point*, const Point*) { return *number; });
}

base::Result<Value> call(const Expression& expression, const MathScope& scope) {
    if (expression.text == "FILL") return call_fill(expression, scope);
    const auto* found =
        std::find_if(std::begin(functions), std::end(functions),
                     [&](const Function& one) { return one.name == expression.text; });
    if (found == std::end(functions)) {
        return base::Error{
            base::ErrorKind::unsupported,
            "the function " + expression.text.substr(0, 64) + " is not supported by this server",
            ""};
    }
    if (expression.operands.size() != 1) return invalid(expression.text + " takes one argument");
    TRY(value, evaluate(expression.operands[0], scope));
    // No function makes more points than it is given; aggregates hold as many meanwhile.
    TRY_VOID(charge(scope, points_of(value)));
    return found->run(value);
}

base::Result<Value> make_array(const Expression& expression, const MathScope& scope) {
    Array out;
    for (const Expression& operand : expression.operands) {
        TRY(value, evaluate(operand, scope));
        auto* series = std::get_if<Series>(&value);
        if (series == nullptr) return invalid("an array holds time series only");
        out.push_back(std::move(*series));
    }
    return Value(std::move(out));
}

}  // namespace

std::size_t points_of(const Value& value) {
    if (const auto* series = std::get_if<Series>(&value)) return series->points.size();
    std::size_t count = 0;
    if (const auto* array = std::get_if<Array>(&value)) {
        for (const Series& series : *array)
            count += series.points.size();
    }
    return count;
}

base::Result<Value> evaluate(const Expression& expression, const MathScope& scope) {
    switch (expression.kind) {
        case Expression::Kind::number:
            return Value(expression.number);
        case Expression::Kind::id: {
            const Value* found = scope.find(expression.text);
            if (found == nullptr)
                return invalid("there is no query with the id " + expression.text);
            TRY_VOID(charge(scope, points_of(*found)));
            return *found;
        }
        case Expression::Kind::keyword:
            return invalid(expression.text + " stands only in FILL");
        case Expression::Kind::negation: {
            TRY(value, evaluate(expression.operands[0], scope));
            TRY_VOID(charge(scope, points_of(value)));
            return negate(value);
        }
        case Expression::Kind::binary: {
            TRY(left, evaluate(expression.operands[0], scope));
            TRY(right, evaluate(expression.operands[1], scope));
            // Points lie where both sides have some.
            TRY_VOID(charge(scope, std::max(points_of(left), points_of(right))));
            return combine(expression.text.front(), left, right);
        }
        case Expression::Kind::function:
            return call(expression, scope);
        case Expression::Kind::list:
            return make_array(expression, scope);
    }
    return invalid("the expression cannot be evaluated");
}

}  // namespace cloudwatch
