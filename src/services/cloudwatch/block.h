// A block: the data points of one metric in one stretch of time, as one value in the store. Points
// lie in buckets of the tier's width; a bucket holds statistics for each unit that came. Pure.
// Format: docs/formats/metrics.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "services/cloudwatch/statistics.h"

namespace cloudwatch {

// How long points are kept at which resolution. What has grown too old for a tier is added up into
// the next one; behind the last it is gone.
struct Tier {
    std::int64_t bucket_s = 0;
    std::int64_t block_s = 0;
    std::int64_t keep_s = 0;
};
inline constexpr std::int64_t hour_s = 3'600;
inline constexpr std::int64_t day_s = 86'400;
inline constexpr std::array<Tier, 4> tiers{{{1, 60, 3 * hour_s},
                                            {60, hour_s, 15 * day_s},
                                            {300, 6 * hour_s, 63 * day_s},
                                            {hour_s, 7 * day_s, 455 * day_s}}};
inline constexpr std::size_t standard_tier = 1;

// `time` rounded down to a multiple of `step`.
constexpr std::int64_t floor_to(std::int64_t time, std::int64_t step) {
    const std::int64_t rest = time % step;
    return time - (rest < 0 ? rest + step : rest);
}

// CloudWatch's units, in the order of the model; a unit is stored as its place. For ever.
inline constexpr const char* unit_names =
    "Seconds, Microseconds, Milliseconds, Bytes, Kilobytes, Megabytes, Gigabytes, Terabytes, Bits, "
    "Kilobits, Megabits, Gigabits, Terabits, Percent, Count, Bytes/Second, Kilobytes/Second, "
    "Megabytes/Second, Gigabytes/Second, Terabytes/Second, Bits/Second, Kilobits/Second, "
    "Megabits/Second, Gigabits/Second, Terabits/Second, Count/Second, None";
using Unit = std::uint8_t;
inline constexpr Unit unit_none = 26;
Unit unit_of(std::string_view name);  // unit_none for one that is not in the list
std::string name_of(Unit unit);

struct Bucket {
    std::int64_t start_s = 0;
    Unit unit = unit_none;
    Statistics numbers;
    Distribution values;
};

class Block {
  public:
    // Buckets beyond it in one block read as corruption.
    static constexpr std::size_t buckets_max = 72 * 27 * 10;

    Block(std::size_t tier, std::int64_t start_s) : tier_(tier), start_s_(start_s) {}

    // Into the bucket of `time_s`, which lies in the block.
    void add(std::int64_t time_s, Unit unit, const Statistics& numbers, const Distribution& values);
    // By time, then by unit.
    const std::vector<Bucket>& buckets() const { return buckets_; }
    std::int64_t start_s() const { return start_s_; }

    std::string encode() const;
    // errors  corrupt
    static base::Result<Block> decode(std::size_t tier, std::int64_t start_s,
                                      std::string_view bytes);

  private:
    std::size_t tier_;
    std::int64_t start_s_;
    std::vector<Bucket> buckets_;
};

}  // namespace cloudwatch
