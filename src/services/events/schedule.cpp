#include "services/events/schedule.h"

#include <array>
#include <charconv>
#include <chrono>
#include <string>

#include "base/units.h"

namespace events {
namespace {

namespace chrono = std::chrono;
using base::Error;
using base::ErrorKind;

Error wrong(const std::string& what) {
    return {ErrorKind::invalid, what, {}};
}

std::optional<unsigned> parse_number(std::string_view text) {
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

base::Result<Schedule> parse_rate(std::string_view inside) {
    const auto space = inside.find(' ');
    const auto value = parse_number(inside.substr(0, space));
    if (space == std::string_view::npos || !value || *value == 0) return wrong("rate");
    const std::string_view unit = inside.substr(space + 1);
    struct Unit {
        std::string_view one;
        std::string_view many;
        std::int64_t ms;
    };
    constexpr Unit units[] = {{"minute", "minutes", base::minute_ms},
                              {"hour", "hours", base::hour_ms},
                              {"day", "days", base::day_ms}};
    for (const Unit& known : units) {
        // AWS refuses rate(1 minutes) and rate(5 minute).
        if (unit == (*value == 1 ? known.one : known.many)) {
            return Schedule(Rate{static_cast<std::int64_t>(*value) * known.ms});
        }
    }
    return wrong("unit of rate");
}

// One field: what its numbers may be, and the names that stand for some.
struct Field {
    const char* name;
    unsigned low;
    unsigned high;
    std::vector<std::string_view> names = {};  // the first is `low`

    std::optional<unsigned> number(std::string_view text) const {
        std::string upper(text);
        for (char& c : upper) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (upper == names[i]) return low + static_cast<unsigned>(i);
        }
        const auto value = parse_number(text);
        if (!value || *value < low || *value > high) return std::nullopt;
        return value;
    }
};

// "*", "5", "1-5", "*/15", "0/15", "10-40/5"; a range may go over the end ("FRI-MON") where the
// numbers have names for days. Calls set(n) for each.
template <class F>
bool parse_item(const Field& field, std::string_view item, bool wraps, F&& set) {
    unsigned step = 1;
    const auto slash = item.find('/');
    if (slash != std::string_view::npos) {
        const auto parsed = parse_number(item.substr(slash + 1));
        if (!parsed || *parsed == 0 || *parsed > field.high) return false;
        step = *parsed;
        item = item.substr(0, slash);
    }
    unsigned from = field.low;
    unsigned to = field.high;
    if (item != "*") {
        const auto dash = item.find('-');
        const auto first = field.number(item.substr(0, dash));
        if (!first) return false;
        from = *first;
        to = slash == std::string_view::npos ? from : field.high;
        if (dash != std::string_view::npos) {
            const auto last = field.number(item.substr(dash + 1));
            if (!last) return false;
            to = *last;
        }
    }
    const unsigned count = field.high - field.low + 1;
    if (to < from) {
        if (!wraps) return false;
        to += count;
    }
    for (unsigned n = from; n <= to; n += step)
        set(field.low + (n - field.low) % count);
    return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

template <class Bits>
base::Result<void> parse_plain(const Field& field, std::string_view text, unsigned base_value,
                               Bits& bits) {
    for (const auto item : split(text, ',')) {
        if (!parse_item(field, item, false, [&](unsigned n) { bits.set(n - base_value); })) {
            return wrong(field.name);
        }
    }
    return base::ok();
}

base::Result<void> parse_days(std::string_view text, Cron& cron) {
    const Field field{"day of month", 1, 31};
    for (const auto item : split(text, ',')) {
        if (item == "L") {
            cron.last_day = true;
        } else if (item == "LW") {
            cron.last_weekday = true;
        } else if (item.ends_with('W')) {
            const auto day = field.number(item.substr(0, item.size() - 1));
            if (!day) return wrong(field.name);
            cron.near_weekday.push_back(*day);
        } else if (!parse_item(field, item, false, [&](unsigned n) { cron.days.set(n); })) {
            return wrong(field.name);
        }
    }
    return base::ok();
}

base::Result<void> parse_weekdays(std::string_view text, Cron& cron) {
    const Field field{"day of week", 1, 7, {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}};
    for (const auto item : split(text, ',')) {
        const auto hash = item.find('#');
        if (item == "L") {
            cron.weekdays.set(7);
        } else if (hash != std::string_view::npos) {
            const auto weekday = field.number(item.substr(0, hash));
            const auto n = parse_number(item.substr(hash + 1));
            if (!weekday || !n || *n < 1 || *n > 5) return wrong(field.name);
            cron.nth.push_back({*weekday, *n});
        } else if (item.ends_with('L')) {
            const auto weekday = field.number(item.substr(0, item.size() - 1));
            if (!weekday) return wrong(field.name);
            cron.last_of_month.set(*weekday);
        } else if (!parse_item(field, item, true, [&](unsigned n) { cron.weekdays.set(n); })) {
            return wrong(field.name);
        }
    }
    return base::ok();
}

base::Result<Schedule> parse_cron(std::string_view inside) {
    std::vector<std::string_view> fields;
    for (const auto field : split(inside, ' ')) {
        if (!field.empty()) fields.push_back(field);
    }
    if (fields.size() != 6) return wrong("number of fields");
    Cron cron;
    TRY_VOID(parse_plain({"minutes", 0, 59}, fields[0], 0, cron.minutes));
    TRY_VOID(parse_plain({"hours", 0, 23}, fields[1], 0, cron.hours));
    const Field months{
        "month",
        1,
        12,
        {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}};
    TRY_VOID(parse_plain(months, fields[3], 0, cron.months));
    const Field years{"year", Cron::first_year, Cron::last_year};
    TRY_VOID(parse_plain(years, fields[5], Cron::first_year, cron.years));
    // One of the day fields must be left open, and only one.
    if ((fields[2] == "?") == (fields[4] == "?")) return wrong("day of month and day of week");
    cron.by_weekday = fields[2] == "?";
    if (cron.by_weekday) {
        TRY_VOID(parse_weekdays(fields[4], cron));
    } else {
        TRY_VOID(parse_days(fields[2], cron));
    }
    return Schedule(std::move(cron));
}

unsigned weekday_of(chrono::sys_days day) {
    return chrono::weekday(day).c_encoding() + 1;
}

bool is_workday(chrono::sys_days day) {
    const unsigned weekday = weekday_of(day);
    return weekday != 1 && weekday != 7;
}

// The workday nearest to `day`, in the same month. A day that the month lacks has none.
std::optional<chrono::sys_days> nearest_workday(chrono::year_month month, unsigned day) {
    const chrono::year_month_day date = month / chrono::day(day);
    if (!date.ok()) return std::nullopt;
    const chrono::sys_days wanted = date;
    const unsigned weekday = weekday_of(wanted);
    const chrono::sys_days last = month / chrono::last;
    if (weekday == 7) return wanted + chrono::days(day == 1 ? 2 : -1);
    if (weekday == 1) return wanted + chrono::days(wanted == last ? -2 : 1);
    return wanted;
}

bool matches_day_of_month(const Cron& cron, const chrono::year_month_day& date) {
    const unsigned day = static_cast<unsigned>(date.day());
    if (cron.days.test(day)) return true;
    const chrono::year_month month = date.year() / date.month();
    const chrono::sys_days today = date;
    chrono::sys_days last = month / chrono::last;
    if (cron.last_day && today == last) return true;
    if (cron.last_weekday) {
        while (!is_workday(last))
            last -= chrono::days(1);
        if (today == last) return true;
    }
    for (const unsigned wanted : cron.near_weekday) {
        if (nearest_workday(month, wanted) == today) return true;
    }
    return false;
}

bool matches_weekday(const Cron& cron, const chrono::year_month_day& date) {
    const unsigned weekday = weekday_of(date);
    if (cron.weekdays.test(weekday)) return true;
    const unsigned day = static_cast<unsigned>(date.day());
    const chrono::year_month_day last{date.year() / date.month() / chrono::last};
    if (cron.last_of_month.test(weekday) && day + 7 > static_cast<unsigned>(last.day())) {
        return true;
    }
    for (const auto& wanted : cron.nth) {
        if (wanted.weekday == weekday && (day - 1) / 7 + 1 == wanted.n) return true;
    }
    return false;
}

// The first minute of the day at or after `from`, in minutes; nothing when the day has no more.
std::optional<unsigned> next_minute(const Cron& cron, unsigned from) {
    for (unsigned minute = from; minute < 24 * 60; ++minute) {
        if (!cron.hours.test(minute / 60)) {
            minute = (minute / 60 + 1) * 60 - 1;
        } else if (cron.minutes.test(minute % 60)) {
            return minute;
        }
    }
    return std::nullopt;
}

std::optional<base::Timestamp> next_cron(const Cron& cron, base::Timestamp after) {
    const auto start = chrono::sys_time<chrono::milliseconds>(chrono::milliseconds(after.ms));
    auto day = chrono::floor<chrono::days>(start);
    // The first whole minute after `after`.
    auto from = static_cast<unsigned>(chrono::floor<chrono::minutes>(start - day).count()) + 1;
    const chrono::sys_days end = chrono::year(Cron::last_year + 1) / 1 / 1;
    if (day < chrono::sys_days(chrono::year(Cron::first_year) / 1 / 1)) {
        day = chrono::year(Cron::first_year) / 1 / 1;
        from = 0;
    }
    for (; day < end; from = 0) {
        const chrono::year_month_day date(day);
        const auto year = static_cast<std::size_t>(int(date.year()) - Cron::first_year);
        if (!cron.years.test(year)) {
            day = (date.year() + chrono::years(1)) / 1 / 1;
            continue;
        }
        if (!cron.months.test(static_cast<unsigned>(date.month()))) {
            day = chrono::sys_days(date.year() / date.month() / chrono::last) + chrono::days(1);
            continue;
        }
        if (cron.by_weekday ? matches_weekday(cron, date) : matches_day_of_month(cron, date)) {
            if (const auto minute = next_minute(cron, from)) {
                const auto at =
                    chrono::sys_time<chrono::milliseconds>(day) + chrono::minutes(*minute);
                return base::Timestamp{at.time_since_epoch().count()};
            }
        }
        day += chrono::days(1);
    }
    return std::nullopt;
}

}  // namespace

base::Result<Schedule> parse_schedule(std::string_view text) {
    const auto inside = [&](std::string_view prefix) -> std::optional<std::string_view> {
        if (!text.starts_with(prefix) || !text.ends_with(')')) return std::nullopt;
        return text.substr(prefix.size(), text.size() - prefix.size() - 1);
    };
    if (const auto rate = inside("rate(")) return parse_rate(*rate);
    if (const auto cron = inside("cron(")) return parse_cron(*cron);
    return wrong("neither rate(...) nor cron(...)");
}

std::optional<base::Timestamp> next_tick(const Schedule& schedule, base::Timestamp after,
                                         base::Timestamp anchor) {
    if (const auto* cron = std::get_if<Cron>(&schedule)) return next_cron(*cron, after);
    const std::int64_t period = std::get<Rate>(schedule).period_ms;
    if (after < anchor) return base::Timestamp{anchor.ms + period};
    return base::Timestamp{anchor.ms + ((after.ms - anchor.ms) / period + 1) * period};
}

}  // namespace events
