// Counters and histograms of the program itself, shown at /metrics in Prometheus's text format.
// Made once at start through a Metrics registry and kept by reference; updates are lock-free.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/mutex.h"

namespace base {

class Counter {
  public:
    void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

class Gauge {
  public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_{0};
};

// Durations, in buckets of powers of two from 1 µs to about 67 s.
class Histogram {
  public:
    static constexpr std::size_t bucket_count = 27;
    void observe_us(std::uint64_t microseconds);
    std::uint64_t bucket(std::size_t index) const {
        return buckets_[index].load(std::memory_order_relaxed);
    }
    std::uint64_t count() const;
    std::uint64_t sum_us() const { return sum_us_.load(std::memory_order_relaxed); }

  private:
    std::array<std::atomic<std::uint64_t>, bucket_count + 1> buckets_{};
    std::atomic<std::uint64_t> sum_us_{0};
};

// Owns all metrics. Any thread. References stay valid as long as the registry.
class Metrics {
  public:
    // `labels` in Prometheus's form without braces, `operation="PutRecords"`, or empty. The same
    // name and labels give the same metric.
    Counter& counter(std::string_view name, std::string_view labels, std::string_view help);
    Gauge& gauge(std::string_view name, std::string_view labels, std::string_view help);
    Histogram& histogram(std::string_view name, std::string_view labels, std::string_view help);

    // Everything, in Prometheus's text exposition format 0.0.4.
    std::string render() const;

  private:
    template <class M>
    struct Entry {
        std::string name;
        std::string labels;
        std::string help;
        M metric;
    };
    template <class M>
    M& find_or_add(std::deque<Entry<M>>& entries, std::string_view name, std::string_view labels,
                   std::string_view help);

    mutable Mutex mutex_;
    std::deque<Entry<Counter>> counters_ GUARDED_BY(mutex_);
    std::deque<Entry<Gauge>> gauges_ GUARDED_BY(mutex_);
    std::deque<Entry<Histogram>> histograms_ GUARDED_BY(mutex_);
};

}  // namespace base
