// What services measure of themselves for CloudWatch: a meter per resource, fed where the work is
// done. CloudWatch implements it; a service that was given no publisher measures nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace ports {

struct MetricDefinition {
    std::string_view name;  // "IncomingBytes"
    std::string_view unit;  // "Bytes", of CloudWatch's list
    // Values are kept apart, so that percentiles are known. Costs more an observation.
    bool percentiles = false;
};

struct Observation {
    std::size_t metric = 0;  // its place in the definitions
    double value = 0;        // finite
};

// The metrics of one resource.
class Meter {
  public:
    virtual ~Meter() = default;
    // One sample of each metric named, in the minute of `at`. Any thread; one uncontended lock and
    // a few additions.
    virtual void observe(base::Timestamp at, std::span<const Observation> observations) = 0;
};

struct MeterPlace {
    std::string account;
    std::string region;
    std::string_view metric_namespace;  // "AWS/Kinesis"
    std::string_view dimension;         // "StreamName"
    std::string resource;               // its value
};

class MetricPublisher {
  public:
    virtual ~MetricPublisher() = default;
    // The meter of a resource; the same place gives the same meter. `definitions` are static. Any
    // thread, at any time.
    virtual std::shared_ptr<Meter> meter(const MeterPlace& place,
                                         std::span<const MetricDefinition> definitions) = 0;
};

}  // namespace ports
