// What the services measure of themselves, in memory until the next flush: at most a minute of it
// is lost in a crash, nothing at a stop. Readers are shown what waits here too.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "services/cloudwatch/metric.h"
#include "services/ports/metrics.h"

namespace cloudwatch {

// Minutes of one meter that wait for a disk which takes none; older ones are dropped.
inline constexpr std::size_t minutes_waiting_max = 60;
// Samples that a failed flush gave back.
inline constexpr std::size_t samples_returned_max = 100'000;

class ResourceMeter final : public ports::Meter {
  public:
    ResourceMeter(const ports::MeterPlace& place,
                  std::span<const ports::MetricDefinition> definitions);

    void observe(base::Timestamp at, std::span<const ports::Observation> observations) override;

    // Everything measured, appended to `out`; take() leaves none of it behind.
    void take(std::vector<Sample>& out);
    void peek(const std::string& metric_name, std::vector<Sample>& out) const;
    // It has measured some metric for the first time since it was made, not taken yet.
    bool is_fresh() const;
    bool is_empty() const;

  private:
    struct Measured {
        Statistics numbers;
        Distribution values;  // with percentiles only
    };
    struct Minute {
        std::int64_t number = 0;  // since 1970
        std::vector<Measured> metrics;
    };
    void append(const Minute& minute, std::size_t index, std::vector<Sample>& out) const;
    Minute empty_minute(std::int64_t number) const;
    void finish(Minute minute) REQUIRES(mutex_);
    Minute* find_finished(std::int64_t number) REQUIRES(mutex_);

    const std::span<const ports::MetricDefinition> definitions_;
    std::vector<Metric> metrics_;
    std::vector<Unit> units_;
    mutable base::Mutex mutex_;
    Minute current_ GUARDED_BY(mutex_);
    bool measured_ GUARDED_BY(mutex_) = false;   // anything in current_
    std::vector<bool> seen_ GUARDED_BY(mutex_);  // by metric: measured at least once
    bool fresh_ GUARDED_BY(mutex_) = false;      // one of them since the last take()
    std::deque<Minute> finished_ GUARDED_BY(mutex_);
};

class Meters final : public ports::MetricPublisher {
  public:
    std::shared_ptr<ports::Meter> meter(
        const ports::MeterPlace& place,
        std::span<const ports::MetricDefinition> definitions) override;

    // All that waits. What cannot be stored now comes back with give_back().
    std::vector<Sample> take();
    void give_back(std::vector<Sample> samples);
    std::vector<Sample> peek(const Metric& metric) const;
    // Some metric has first values: worth a flush soon, so that ListMetrics names it.
    bool has_fresh() const;

  private:
    static std::string key_of(const std::string& account, const std::string& region,
                              std::string_view metric_namespace, std::string_view dimension,
                              const std::string& resource);

    mutable base::Mutex mutex_;
    std::map<std::string, std::shared_ptr<ResourceMeter>, std::less<>> meters_ GUARDED_BY(mutex_);
    std::vector<Sample> returned_ GUARDED_BY(mutex_);
};

}  // namespace cloudwatch
