// Hostile schedules: parsing never crashes, and a schedule's ticks go forward in whole minutes (or
// periods) and do not depend on where one starts to look.
#include <cstdlib>

#include "services/events/schedule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto schedule =
        events::parse_schedule(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!schedule) return 0;
    const base::Timestamp anchor{1'700'000'012'345};
    base::Timestamp at = anchor;
    for (int i = 0; i < 5; ++i) {
        const auto tick = events::next_tick(schedule.value(), at, anchor);
        if (!tick) {
            if (std::holds_alternative<events::Rate>(schedule.value())) std::abort();
            return 0;
        }
        if (tick->ms <= at.ms) std::abort();
        if (std::holds_alternative<events::Cron>(schedule.value()) && tick->ms % 60'000 != 0) {
            std::abort();
        }
        const base::Timestamp before{tick->ms - 1};
        const auto again = events::next_tick(schedule.value(), before, anchor);
        if (!again || again->ms != tick->ms) std::abort();
        at = *tick;
    }
    return 0;
}
