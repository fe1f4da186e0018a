// Hostile metric math: parsing never crashes, and what parses computes to finite points within the
// bound, or says why not.
#include <cmath>
#include <cstdlib>

#include "services/cloudwatch/metric_math.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto expression = cloudwatch::parse_expression(text);
    if (!expression) return 0;
    if (size > cloudwatch::expression_chars_max) std::abort();
    const cloudwatch::Value series = cloudwatch::Series{60, {{0, 1}, {60, -2.5}, {240, 1e300}}};
    const cloudwatch::Value number = 7.0;
    std::size_t points_left = 10'000;
    cloudwatch::MathScope scope;
    scope.find = [&](const std::string& id) -> const cloudwatch::Value* {
        if (id == "m") return &series;
        return id == "n" ? &number : nullptr;
    };
    scope.start_s = -60;
    scope.end_s = 600;
    scope.points_left = &points_left;
    const auto value = cloudwatch::evaluate(expression.value(), scope);
    if (!value) {
        if (value.error().message.empty()) std::abort();
        return 0;
    }
    const auto* points = std::get_if<cloudwatch::Series>(&value.value());
    if (points == nullptr) return 0;
    std::int64_t before_s = -61;
    for (const auto& [time_s, one] : points->points) {
        if (!std::isfinite(one) || time_s <= before_s) std::abort();
        before_s = time_s;
    }
    return 0;
}
