// Randomness that a seed replays. Never for keys outside of tests.
#pragma once

#include <cstring>

#include "base/mutex.h"
#include "base/random.h"

namespace sim {

// SplitMix64. Any thread; the order of calls decides who gets what.
class SeededRandom final : public base::Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    void fill(std::span<char> out) override {
        base::MutexLock lock(mutex_);
        for (std::size_t at = 0; at < out.size(); at += sizeof(std::uint64_t)) {
            const std::uint64_t value = step();
            std::memcpy(&out[at], &value, std::min(sizeof(value), out.size() - at));
        }
    }

    // 0..bound-1; `bound` >= 1. The bias of the remainder does not matter here.
    std::uint64_t below(std::uint64_t bound) {
        base::MutexLock lock(mutex_);
        return step() % bound;
    }

  private:
    std::uint64_t step() REQUIRES(mutex_) {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    base::Mutex mutex_;
    std::uint64_t state_ GUARDED_BY(mutex_);
};

}  // namespace sim
