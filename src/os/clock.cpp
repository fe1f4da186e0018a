#include "os/clock.h"

#include <ctime>

namespace os {

base::Timestamp SystemClock::now() const {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000};
}

std::int64_t SystemClock::monotonic_ns() const {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace os
