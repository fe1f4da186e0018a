// Randomness, injected: os::SystemRandom is the kernel's (fit for keys), sim::SeededRandom replays.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace base {

class Random {
  public:
    virtual ~Random() = default;
    // Fill with random bytes. Any thread.
    virtual void fill(std::span<char> out) = 0;

    std::uint64_t next_u64();
    // `count` random bytes.
    std::string bytes(std::size_t count);
};

}  // namespace base
