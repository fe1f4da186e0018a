#include "wire/timestamp.h"

#include <charconv>
#include <chrono>
#include <cmath>

namespace wire {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr const char* day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// The years 0000 to 9999: what has a text form with four digits.
constexpr std::int64_t time_ms_min = -62'167'219'200'000;
constexpr std::int64_t time_ms_end = 253'402'300'800'000;

struct Civil {
    int year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    unsigned weekday = 4;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    unsigned millisecond = 0;
};

Civil to_civil(base::Timestamp time) {
    const auto moment = std::chrono::sys_time<milliseconds>(milliseconds(time.ms));
    const auto day = floor<days>(moment);
    const year_month_day date(day);
    const auto rest = static_cast<unsigned>((moment - day).count());
    return {static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            std::chrono::weekday(day).c_encoding(),
            rest / 3'600'000,
            rest / 60'000 % 60,
            rest / 1000 % 60,
            rest % 1000};
}

void append_digits(std::string& out, unsigned value, std::size_t width) {
    const std::string text = std::to_string(value);
    if (text.size() < width) out.append(width - text.size(), '0');
    out += text;
}

void append_year(std::string& out, int year) {
    if (year < 0) out.push_back('-');
    append_digits(out, static_cast<unsigned>(year < 0 ? -year : year), 4);
}

void append_time(std::string& out, const Civil& civil, std::string_view separator) {
    append_digits(out, civil.hour, 2);
    out += separator;
    append_digits(out, civil.minute, 2);
    out += separator;
    append_digits(out, civil.second, 2);
}

std::string iso8601(base::Timestamp time, bool always_ms) {
    const Civil civil = to_civil(time);
    std::string out;
    append_year(out, civil.year);
    out.push_back('-');
    append_digits(out, civil.month, 2);
    out.push_back('-');
    append_digits(out, civil.day, 2);
    out.push_back('T');
    append_time(out, civil, ":");
    if (always_ms || civil.millisecond != 0) {
        out.push_back('.');
        append_digits(out, civil.millisecond, 3);
    }
    out.push_back('Z');
    return out;
}

// Reads fixed-width digits off the front of a text.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}
    bool digits(std::size_t width, unsigned& value) {
        if (rest_.size() < width) return false;
        value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return false;
            value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
        }
        rest_.remove_prefix(width);
        return true;
    }
    bool take(char c) {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    bool empty() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_[0]; }

  private:
    std::string_view rest_;
};

bool to_timestamp(const Civil& civil, std::int64_t offset_minutes, base::Timestamp& time) {
    const year_month_day date{std::chrono::year(civil.year), std::chrono::month(civil.month),
                              std::chrono::day(civil.day)};
    if (!date.ok() || civil.hour > 23 || civil.minute > 59 || civil.second > 60) return false;
    const std::int64_t day = sys_days(date).time_since_epoch().count();
    time.ms = day * 86'400'000 + std::int64_t{civil.hour} * 3'600'000 +
              (std::int64_t{civil.minute} - offset_minutes) * 60'000 +
              std::int64_t{civil.second} * 1000 + civil.millisecond;
    return time.ms >= time_ms_min && time.ms < time_ms_end;
}

// The fraction after the seconds, if any: up to nine digits, milliseconds count.
bool take_fraction(Cursor& cursor, unsigned& millisecond) {
    if (!cursor.take('.')) return true;
    unsigned digit = 0;
    unsigned count = 0;
    millisecond = 0;
    while (count < 9 && cursor.digits(1, digit)) {
        if (count < 3) millisecond = millisecond * 10 + digit;
        ++count;
    }
    for (unsigned i = count; i < 3; ++i)
        millisecond *= 10;
    return count > 0;
}

bool take_offset(Cursor& cursor, std::int64_t& minutes) {
    if (cursor.take('Z')) return true;
    const bool negative = cursor.peek() == '-';
    if (!cursor.take('+') && !cursor.take('-')) return false;
    unsigned hours = 0;
    unsigned rest = 0;
    if (!cursor.digits(2, hours)) return false;
    cursor.take(':');
    if (!cursor.digits(2, rest) || hours > 23 || rest > 59) return false;
    minutes = std::int64_t{hours} * 60 + rest;
    if (negative) minutes = -minutes;
    return true;
}

base::Error not_a_timestamp(std::string_view text) {
    return {base::ErrorKind::invalid, "not a timestamp", std::string(text.substr(0, 64))};
}

}  // namespace

std::string format_iso8601(base::Timestamp time) {
    return iso8601(time, false);
}

std::string format_iso8601_ms(base::Timestamp time) {
    return iso8601(time, true);
}

std::string format_basic_iso8601(base::Timestamp time) {
    const Civil civil = to_civil(time);
    std::string out;
    append_year(out, civil.year);
    append_digits(out, civil.month, 2);
    append_digits(out, civil.day, 2);
    out.push_back('T');
    append_time(out, civil, "");
    out.push_back('Z');
    return out;
}

std::string format_http_date(base::Timestamp time) {
    const Civil civil = to_civil(time);
    std::string out = day_names[civil.weekday];
    out += ", ";
    append_digits(out, civil.day, 2);
    out += ' ';
    out += month_names[civil.month - 1];
    out += ' ';
    append_year(out, civil.year);
    out += ' ';
    append_time(out, civil, ":");
    out += " GMT";
    return out;
}

void append_epoch_seconds(std::string& out, base::Timestamp time) {
    // Unsigned, because the magnitude of the smallest int64 has no int64.
    auto magnitude = static_cast<std::uint64_t>(time.ms);
    if (time.ms < 0) {
        out.push_back('-');
        magnitude = ~magnitude + 1;
    }
    out += std::to_string(magnitude / 1000);
    auto fraction = static_cast<unsigned>(magnitude % 1000);
    if (fraction == 0) return;
    out.push_back('.');
    std::size_t width = 3;
    while (fraction % 10 == 0) {
        fraction /= 10;
        --width;
    }
    append_digits(out, fraction, width);
}

base::Result<base::Timestamp> parse_iso8601(std::string_view text) {
    Cursor cursor(text);
    Civil civil;
    unsigned year = 0;
    std::int64_t offset_minutes = 0;
    base::Timestamp time;
    if (!cursor.digits(4, year)) return not_a_timestamp(text);
    civil.year = static_cast<int>(year);
    const bool extended = cursor.take('-');
    const auto separator = [&](char c) { return !extended || cursor.take(c); };
    const bool good =
        cursor.digits(2, civil.month) && separator('-') && cursor.digits(2, civil.day) &&
        (cursor.take('T') || cursor.take(' ')) && cursor.digits(2, civil.hour) && separator(':') &&
        cursor.digits(2, civil.minute) && separator(':') && cursor.digits(2, civil.second) &&
        take_fraction(cursor, civil.millisecond) && take_offset(cursor, offset_minutes) &&
        cursor.empty() && to_timestamp(civil, offset_minutes, time);
    if (!good) return not_a_timestamp(text);
    return time;
}

base::Result<base::Timestamp> parse_http_date(std::string_view text) {
    Cursor cursor(text);
    Civil civil;
    unsigned year = 0;
    base::Timestamp time;
    const auto take_name = [&](std::span<const char* const> names, unsigned& index) {
        for (unsigned i = 0; i < names.size(); ++i) {
            if (cursor.take(std::string_view(names[i]))) {
                index = i;
                return true;
            }
        }
        return false;
    };
    const bool good = take_name(day_names, civil.weekday) && cursor.take(", ") &&
                      cursor.digits(2, civil.day) && cursor.take(' ') &&
                      take_name(month_names, civil.month) && cursor.take(' ') &&
                      cursor.digits(4, year) && cursor.take(' ') && cursor.digits(2, civil.hour) &&
                      cursor.take(':') && cursor.digits(2, civil.minute) && cursor.take(':') &&
                      cursor.digits(2, civil.second) && cursor.take(" GMT") && cursor.empty();
    civil.month += 1;
    civil.year = static_cast<int>(year);
    if (!good || !to_timestamp(civil, 0, time)) return not_a_timestamp(text);
    return time;
}

base::Result<base::Timestamp> parse_epoch_seconds(std::string_view text) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    // Bounded before it is multiplied and rounded: no double can overflow the integer then.
    const auto good = [](double ms) {
        return ms >= static_cast<double>(time_ms_min) && ms < static_cast<double>(time_ms_end);
    };
    if (error != std::errc() || end != text.data() + text.size() || !good(seconds * 1000)) {
        return not_a_timestamp(text);
    }
    const base::Timestamp time{std::llround(seconds * 1000)};
    if (time.ms >= time_ms_end) return not_a_timestamp(text);
    return time;
}

}  // namespace wire
