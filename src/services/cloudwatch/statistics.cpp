#include "services/cloudwatch/statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/bytes.h"

namespace cloudwatch {
namespace {

// Rounded values are middles of steps, 32 to a power of two, and go by number: 0 is zero, the
// others are signed and ascend with the value.
constexpr double steps_per_power = 32;
constexpr std::int64_t step_offset = 12'000;  // 2^-375; less counts as zero
constexpr std::int64_t steps_max = 120'000;   // from the lowest to the highest

std::int64_t step_of(double value) {
    if (value == 0) return 0;
    const double power = std::floor(std::log2(std::fabs(value)) * steps_per_power);
    const auto magnitude =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(power) + step_offset, 0, steps_max / 2);
    return value > 0 ? magnitude : -magnitude;
}

double value_of(std::int64_t step) {
    if (step == 0) return 0;
    const double power =
        (static_cast<double>(std::abs(step) - step_offset) + 0.5) / steps_per_power;
    return step > 0 ? std::exp2(power) : -std::exp2(power);
}

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}
std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

enum class Form : std::uint8_t { unknown = 0, exact = 1, rounded = 2 };

}  // namespace

base::Error corrupt_block() {
    return {base::ErrorKind::corrupt, "a block of data points does not read back", ""};
}

void put_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(value | 0x80U));
        value >>= 7U;
    }
    out.push_back(static_cast<char>(value));
}

base::Result<std::uint64_t> take_varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in.empty()) return corrupt_block();
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if (byte < 0x80) return value;
    }
    return corrupt_block();
}

void put_double(std::string& out, double value) {
    base::append_fixed(out, std::bit_cast<std::uint64_t>(value));
}

base::Result<double> take_double(std::string_view& in) {
    if (in.size() < sizeof(std::uint64_t)) return corrupt_block();
    const auto bits = base::load_fixed<std::uint64_t>(in.data());
    in.remove_prefix(sizeof bits);
    return std::bit_cast<double>(bits);
}

// A whole number is itself + 1, and 0 says that a double follows.
void put_count(std::string& out, double value) {
    constexpr double whole_max = 9e15;  // below 2^53
    if (value >= 0 && value < whole_max && value == std::floor(value)) {
        return put_varint(out, static_cast<std::uint64_t>(value) + 1);
    }
    put_varint(out, 0);
    put_double(out, value);
}

base::Result<double> take_count(std::string_view& in) {
    TRY(whole, take_varint(in));
    if (whole != 0) return static_cast<double>(whole - 1);
    return take_double(in);
}

void Statistics::merge(const Statistics& other) {
    if (other.empty()) return;
    minimum = empty() ? other.minimum : std::min(minimum, other.minimum);
    maximum = empty() ? other.maximum : std::max(maximum, other.maximum);
    count += other.count;
    sum += other.sum;
}

void Distribution::add(double value, double times) {
    if (!known_) return;
    if (rounded_) value = value_of(step_of(value));
    const auto at =
        std::lower_bound(points_.begin(), points_.end(), value,
                         [](const Point& point, double wanted) { return point.value < wanted; });
    if (at != points_.end() && at->value == value) {
        at->times += times;
        return;
    }
    points_.insert(at, {value, times});
    if (!rounded_ && points_.size() > exact_values_max) round();
    if (rounded_ && points_.size() > rounded_values_max) forget();
}

void Distribution::add(const Distribution& other) {
    if (!other.known_) return forget();
    if (other.rounded_ && !rounded_) round();
    for (const Point& point : other.points_)
        add(point.value, point.times);
}

void Distribution::forget() {
    known_ = false;
    rounded_ = false;
    points_.clear();
}

void Distribution::round() {
    rounded_ = true;
    std::vector<Point> rounded;
    for (const Point& point : points_) {
        const double value = value_of(step_of(point.value));
        if (!rounded.empty() && rounded.back().value == value) {
            rounded.back().times += point.times;
        } else {
            rounded.push_back({value, point.times});
        }
    }
    points_ = std::move(rounded);
}

std::optional<double> Distribution::percentile(double percent) const {
    if (!known_ || points_.empty()) return std::nullopt;
    double total = 0;
    for (const Point& point : points_)
        total += point.times;
    const double wanted = total * percent / 100;
    double below = 0;
    for (const Point& point : points_) {
        below += point.times;
        if (below >= wanted) return point.value;
    }
    return points_.back().value;
}

void Distribution::encode(std::string& out) const {
    const Form form = !known_ ? Form::unknown : rounded_ ? Form::rounded : Form::exact;
    out.push_back(static_cast<char>(form));
    if (!known_) return;
    put_varint(out, points_.size());
    std::int64_t before = 0;
    for (const Point& point : points_) {
        if (rounded_) {
            const std::int64_t step = step_of(point.value);
            put_varint(out, zigzag(step - before));
            before = step;
        } else {
            put_double(out, point.value);
        }
        put_count(out, point.times);
    }
}

base::Result<Distribution> Distribution::decode(std::string_view& in) {
    if (in.empty()) return corrupt_block();
    const auto form = static_cast<Form>(in.front());
    in.remove_prefix(1);
    Distribution read;
    if (form == Form::unknown) {
        read.forget();
        return read;
    }
    if (form != Form::exact && form != Form::rounded) return corrupt_block();
    read.rounded_ = form == Form::rounded;
    TRY(size, take_varint(in));
    if (size > rounded_values_max) return corrupt_block();
    std::int64_t step = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
        Point point;
        if (read.rounded_) {
            TRY(coded, take_varint(in));
            const std::int64_t change = unzigzag(coded);
            if (change > steps_max || change < -steps_max) return corrupt_block();
            step += change;
            point.value = value_of(step);
        } else {
            TRY(value, take_double(in));
            point.value = value;
        }
        TRY(times, take_count(in));
        point.times = times;
        if (!read.points_.empty() && !(read.points_.back().value < point.value)) {
            return corrupt_block();
        }
        read.points_.push_back(point);
    }
    return read;
}

}  // namespace cloudwatch
