#include "services/lambda/function_meters.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lambda {
namespace {

enum class Measure : std::size_t {
    invocations,
    errors,
    throttles,
    duration,
    concurrent,
    async_received,
    async_age,
    async_dropped,
};
// In the order of Measure.
constexpr std::array<ports::MetricDefinition, 8> measures{{
    {"Invocations", "Count"},
    {"Errors", "Count"},
    {"Throttles", "Count"},
    {"Duration", "Milliseconds", true},
    {"ConcurrentExecutions", "Count"},
    {"AsyncEventsReceived", "Count"},
    {"AsyncEventAge", "Milliseconds", true},
    {"AsyncEventsDropped", "Count"},
}};

ports::Observation measured(Measure measure, double value) {
    return {static_cast<std::size_t>(measure), value};
}

void observe(ports::Meter& meter, base::Timestamp at, Measure measure, double value) {
    const ports::Observation one = measured(measure, value);
    meter.observe(at, {&one, 1});
}

// A run that found no process at all is a throttle, or nothing when we are at fault.
std::vector<ports::Observation> observations_of(const aws::Reply<Outcome>& outcome,
                                                std::size_t running) {
    if (!outcome && outcome.error().http_status == 429) return {measured(Measure::throttles, 1)};
    if (!outcome) return {};
    const bool failed = !outcome.value().function_error.empty();
    std::vector<ports::Observation> all{
        measured(Measure::invocations, 1), measured(Measure::errors, failed ? 1 : 0),
        measured(Measure::throttles, 0),
        measured(Measure::concurrent, static_cast<double>(running))};
    if (outcome.value().duration_ms) {
        all.push_back(measured(Measure::duration, *outcome.value().duration_ms));
    }
    return all;
}

}  // namespace

std::shared_ptr<FunctionMeters::Entry> FunctionMeters::entry_of(const Place& place) {
    if (publisher_ == nullptr) return nullptr;
    base::MutexLock lock(mutex_);
    auto& entry = entries_[place];
    if (entry == nullptr) {
        entry = std::make_shared<Entry>();
        const auto& [account, region, name] = place;
        entry->meter =
            publisher_->meter({account, region, "AWS/Lambda", "FunctionName", name}, measures);
    }
    return entry;
}

// Its time is the run's beginning, as at AWS.
void FunctionMeters::watch(const FunctionRow& function, Invocation& invocation) {
    auto entry = entry_of({function.account, function.region, function.name});
    if (entry == nullptr) return;
    std::size_t running = 0;
    {
        base::MutexLock lock(entry->mutex);
        running = ++entry->running;
    }
    invocation.done = [entry = std::move(entry), running, begun = clock_.now(),
                       done = std::move(invocation.done)](aws::Reply<Outcome> outcome) mutable {
        {
            base::MutexLock lock(entry->mutex);
            --entry->running;
        }
        const auto observations = observations_of(outcome, running);
        if (!observations.empty()) entry->meter->observe(begun, observations);
        done(std::move(outcome));
    };
}

void FunctionMeters::received(const FunctionRow& function) {
    const auto entry = entry_of({function.account, function.region, function.name});
    if (entry != nullptr) observe(*entry->meter, clock_.now(), Measure::async_received, 1);
}

void FunctionMeters::waited(const QueuedRow& row) {
    const auto entry = entry_of({row.account, row.region, row.name});
    if (entry == nullptr) return;
    const base::Timestamp now = clock_.now();
    const auto age_ms = std::max<std::int64_t>(now.ms - row.queued.ms, 0);
    observe(*entry->meter, now, Measure::async_age, static_cast<double>(age_ms));
}

void FunctionMeters::dropped(const QueuedRow& row) {
    const auto entry = entry_of({row.account, row.region, row.name});
    if (entry != nullptr) observe(*entry->meter, clock_.now(), Measure::async_dropped, 1);
}

void FunctionMeters::forget(const FunctionRow& function) {
    base::MutexLock lock(mutex_);
    entries_.erase({function.account, function.region, function.name});
}

}  // namespace lambda
