// When a rule ticks: rate(5 minutes), or cron(minutes hours day-of-month month day-of-week year),
// UTC. Pure.
//
//   cron(0 10 * * ? *)            every day at 10:00
//   cron(0/15 8-17 ? * MON-FRI *) every quarter of an hour at work
//   cron(0 0 L * ? *)             the last day of every month;  15W: the weekday nearest to the
//   15th cron(0 0 ? * 6L *)            the last Friday;  2#1: the first Monday
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace events {

struct Rate {
    std::int64_t period_ms = 0;
};

struct Cron {
    static constexpr int first_year = 1970;
    static constexpr int last_year = 2199;

    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<13> months;                         // 1..12
    std::bitset<last_year - first_year + 1> years;  // from 1970
    bool by_weekday = false;                        // which of the two day fields counts

    // Day of month, unless by_weekday.
    std::bitset<32> days;                // 1..31
    bool last_day = false;               // L
    bool last_weekday = false;           // LW
    std::vector<unsigned> near_weekday;  // 15W

    // Day of week, 1 Sunday .. 7 Saturday.
    std::bitset<8> weekdays;
    std::bitset<8> last_of_month;  // 6L
    struct Nth {
        unsigned weekday = 0;
        unsigned n = 0;  // 1..5
    };
    std::vector<Nth> nth;  // 2#1
};

using Schedule = std::variant<Rate, Cron>;

// errors  invalid, with the field that is wrong
base::Result<Schedule> parse_schedule(std::string_view text);

// The first tick after `after`. Rates tick at anchor + n × period, n >= 1. Nothing when a cron
// never comes again.
std::optional<base::Timestamp> next_tick(const Schedule& schedule, base::Timestamp after,
                                         base::Timestamp anchor);

}  // namespace events
