// What is kept of the values of a metric in one stretch of time: their number, sum, least and
// greatest, and, as far as they are known one by one, how they are distributed. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cloudwatch {

// Values and how often they came. Exact up to exact_values_max different ones; more are rounded to
// steps of 2.2 %, so that a percentile is at most 1.1 % off.
class Distribution {
  public:
    static constexpr std::size_t exact_values_max = 100;
    // Rounded values beyond it (they span more than nine powers of two): no longer known.
    static constexpr std::size_t rounded_values_max = 320;

    struct Point {
        double value = 0;
        double times = 0;
        bool operator==(const Point&) const = default;
    };

    // times > 0
    void add(double value, double times);
    void add(const Distribution& other);
    // Values came of which only the sum is known.
    void forget();

    bool known() const { return known_; }
    bool rounded() const { return rounded_; }
    const std::vector<Point>& points() const { return points_; }
    // The smallest value that at least `percent` (0..100) of all values do not exceed. Absent when
    // there are none or they are not known.
    std::optional<double> percentile(double percent) const;

    void encode(std::string& out) const;
    // errors  corrupt
    static base::Result<Distribution> decode(std::string_view& in);

  private:
    void round();

    bool known_ = true;
    bool rounded_ = false;
    std::vector<Point> points_;  // ascending, each value once
};

struct Statistics {
    double count = 0;
    double sum = 0;
    double minimum = 0;
    double maximum = 0;

    bool empty() const { return count == 0; }
    double average() const { return sum / count; }
    void add(double value, double times = 1) { merge({times, value * times, value, value}); }
    void merge(const Statistics& other);
    // All values are the same.
    bool uniform() const { return minimum == maximum && sum == minimum * count; }
    bool operator==(const Statistics&) const = default;
};

// Numbers as blocks store them: counts are mostly whole and small.
void put_varint(std::string& out, std::uint64_t value);
void put_count(std::string& out, double value);
void put_double(std::string& out, double value);
//   errors  corrupt
base::Result<std::uint64_t> take_varint(std::string_view& in);
base::Result<double> take_count(std::string_view& in);
base::Result<double> take_double(std::string_view& in);
base::Error corrupt_block();

}  // namespace cloudwatch
