// What functions measure of themselves for CloudWatch: AWS/Lambda by FunctionName, as AWS publishes
// it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/lambda/invocation.h"
#include "services/lambda/rows.h"
#include "services/ports/metrics.h"

namespace lambda {

// Any thread. Without a publisher nothing is measured.
class FunctionMeters {
  public:
    FunctionMeters(ports::MetricPublisher* publisher, base::Clock& clock)
        : publisher_(publisher), clock_(clock) {}

    // Measure one run: how it ends, how long it takes, how many run beside it.
    void watch(const FunctionRow& function, Invocation& invocation);
    // An asynchronous invocation was asked for, is about to run, was given up.
    void received(const FunctionRow& function);
    void waited(const QueuedRow& row);
    void dropped(const QueuedRow& row);
    // The function is deleted.
    void forget(const FunctionRow& function);

  private:
    using Place = std::tuple<std::string, std::string, std::string>;  // account, region, name
    struct Entry {
        std::shared_ptr<ports::Meter> meter;
        base::Mutex mutex;
        std::size_t running GUARDED_BY(mutex) = 0;
    };
    // Null without a publisher.
    std::shared_ptr<Entry> entry_of(const Place& place);

    ports::MetricPublisher* const publisher_;
    base::Clock& clock_;
    base::Mutex mutex_;
    std::map<Place, std::shared_ptr<Entry>> entries_ GUARDED_BY(mutex_);
};

}  // namespace lambda
