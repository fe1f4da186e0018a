#include "services/cloudwatch/statistic.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace cloudwatch {
namespace {

constexpr std::size_t decimals_max = 10;

// "99", "99.9"; nothing else that from_chars would take.
std::optional<double> parse_percent(std::string_view text) {
    const auto dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const std::string_view decimals =
        dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    if (whole.empty() || whole.size() > 3 || decimals.size() > decimals_max) return std::nullopt;
    if (dot != std::string_view::npos && decimals.empty()) return std::nullopt;
    const auto is_digits = [](std::string_view part) {
        return part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (!is_digits(whole) || !is_digits(decimals)) return std::nullopt;
    double percent = 0;
    std::from_chars(text.data(), text.data() + text.size(), percent);
    if (percent > 100) return std::nullopt;
    return percent;
}

}  // namespace

std::optional<double> Statistic::of(const Bucket& bucket) const {
    switch (kind) {
        case Kind::samples:
            return bucket.numbers.count;
        case Kind::average:
            return bucket.numbers.average();
        case Kind::sum:
            return bucket.numbers.sum;
        case Kind::minimum:
            return bucket.numbers.minimum;
        case Kind::maximum:
            return bucket.numbers.maximum;
        case Kind::percentile:
            break;
    }
    const auto value = bucket.values.percentile(percent);
    if (!value) return value;
    return std::clamp(*value, bucket.numbers.minimum, bucket.numbers.maximum);
}

std::optional<Statistic> parse_statistic(std::string_view text) {
    if (text == "SampleCount") return Statistic{Statistic::Kind::samples};
    if (text == "Average") return Statistic{Statistic::Kind::average};
    if (text == "Sum") return Statistic{Statistic::Kind::sum};
    if (text == "Minimum") return Statistic{Statistic::Kind::minimum};
    if (text == "Maximum") return Statistic{Statistic::Kind::maximum};
    if (!text.starts_with('p')) return std::nullopt;
    const auto percent = parse_percent(text.substr(1));
    if (!percent) return std::nullopt;
    return Statistic{Statistic::Kind::percentile, *percent};
}

bool is_other_statistic(std::string_view text) {
    if (text == "IQM") return true;
    constexpr std::array<std::string_view, 5> names{"tm", "wm", "tc", "ts", "pr"};
    if (text.size() < 3) return false;
    std::string name(text.substr(0, 2));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (std::find(names.begin(), names.end(), name) == names.end()) return false;
    return (text[2] == '(' && text.ends_with(')')) || parse_percent(text.substr(2)).has_value();
}

}  // namespace cloudwatch
