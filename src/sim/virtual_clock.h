// Time that moves only when a test says so.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace sim {

// Any thread.
class VirtualClock final : public base::Clock {
  public:
    static constexpr std::int64_t default_start_ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

    explicit VirtualClock(std::int64_t start_ms = default_start_ms) : wall_ms_(start_ms) {}

    base::Timestamp now() const override { return {wall_ms_.load()}; }
    std::int64_t monotonic_ns() const override { return monotonic_ns_.load(); }

    // Both clocks move on; `ms` >= 0.
    void advance_ms(std::int64_t ms) {
        wall_ms_.fetch_add(ms);
        monotonic_ns_.fetch_add(ms * 1'000'000);
    }
    // The wall clock jumps, as when somebody sets it; the monotonic one does not notice.
    void set_wall_ms(std::int64_t ms) { wall_ms_.store(ms); }

  private:
    std::atomic<std::int64_t> wall_ms_;
    std::atomic<std::int64_t> monotonic_ns_ = 0;
};

}  // namespace sim
