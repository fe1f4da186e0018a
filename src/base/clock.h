// Time, injected: os::SystemClock reads the kernel's, sim::VirtualClock is stepped by a test.
#pragma once

#include <compare>
#include <cstdint>

namespace base {

// A moment of wall-clock time, milliseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
    std::int64_t ms = 0;
    auto operator<=>(const Timestamp&) const = default;
};

class Clock {
  public:
    virtual ~Clock() = default;
    // Wall clock. May step back; never order durable things by it alone.
    virtual Timestamp now() const = 0;
    // Nanoseconds from an arbitrary start; never steps back.
    virtual std::int64_t monotonic_ns() const = 0;
};

}  // namespace base
