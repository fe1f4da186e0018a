// A statistic by its name in a request: Sum, Average, …, p99.9. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/cloudwatch/block.h"

namespace cloudwatch {

struct Statistic {
    enum class Kind : std::uint8_t { samples, average, sum, minimum, maximum, percentile };
    Kind kind = Kind::sum;
    double percent = 0;  // of a percentile

    // Absent for a percentile of values that are not known.
    std::optional<double> of(const Bucket& bucket) const;
    bool needs_values() const { return kind == Kind::percentile; }
    bool operator==(const Statistic&) const = default;
};

// The five plain ones, and percentiles p0..p100 with up to ten decimals.
std::optional<Statistic> parse_statistic(std::string_view text);
// One that AWS has and this server has not: trimmed means (tm90, TM(10%:90%)), IQM, PR(…), ….
bool is_other_statistic(std::string_view text);

}  // namespace cloudwatch
