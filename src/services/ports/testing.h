// A publisher of metrics that remembers what was measured, for tests of services.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "services/ports/metrics.h"

namespace ports::testing {

class RecordingPublisher final : public MetricPublisher {
  public:
    std::shared_ptr<Meter> meter(const MeterPlace& place,
                                 std::span<const MetricDefinition> definitions) override {
        return std::make_shared<RecordingMeter>(
            *this, std::string(place.metric_namespace) + " " + place.resource, definitions);
    }
    // The values of "AWS/Kinesis s IncomingBytes", in the order in which they came.
    std::vector<double> values(const std::string& metric) const {
        base::MutexLock lock(mutex_);
        const auto found = values_.find(metric);
        return found == values_.end() ? std::vector<double>() : found->second;
    }
    double sum(const std::string& metric) const {
        double total = 0;
        for (const double value : values(metric))
            total += value;
        return total;
    }

  private:
    class RecordingMeter final : public Meter {
      public:
        RecordingMeter(RecordingPublisher& to, std::string place,
                       std::span<const MetricDefinition> definitions)
            : to_(to), place_(std::move(place)), definitions_(definitions) {}
        void observe(base::Timestamp, std::span<const Observation> observations) override {
            base::MutexLock lock(to_.mutex_);
            for (const Observation& one : observations) {
                to_.values_[place_ + " " + std::string(definitions_[one.metric].name)].push_back(
                    one.value);
            }
        }

      private:
        RecordingPublisher& to_;
        const std::string place_;
        const std::span<const MetricDefinition> definitions_;
    };

    mutable base::Mutex mutex_;
    std::map<std::string, std::vector<double>> values_ GUARDED_BY(mutex_);
};

}  // namespace ports::testing
