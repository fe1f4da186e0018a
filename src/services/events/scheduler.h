// Ticks rules: one timer for the rule that is due next, kept short so that a wall clock that steps,
// or a machine that slept, is noticed. What was missed is not made up; the next tick is on time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/random.h"
#include "services/events/rows.h"
#include "services/events/schedule.h"
#include "services/ports/metrics.h"
#include "services/ports/ports.h"

namespace events {

inline constexpr std::int64_t wake_interval_ms_max = 30'000;
// A tick that is later than this was missed.
inline constexpr std::int64_t lateness_ms_max = 60'000;
// Invocations that were handed over and not yet queued durably; ticks beyond it are dropped.
inline constexpr std::size_t invocations_under_way_max = 1'000;
// Invocations that failed in passing and wait for their next attempt; beyond it they are given up.
inline constexpr std::size_t retries_waiting_max = 1'000;
// Doubled from attempt to attempt, half of it random: 185 attempts take about a day.
inline constexpr std::int64_t retry_delay_ms_min = 1'000;
inline constexpr std::int64_t retry_delay_ms_max = 900'000;

using RuleKey = std::tuple<std::string, std::string, std::string>;  // account, region, name

// Any thread. Destroy after the executor ended.
class Scheduler {
  public:
    Scheduler(base::Clock& clock, base::Random& random, base::Executor& executor, base::Log& log,
              base::Metrics& metrics, ports::FunctionInvoker& functions,
              ports::MetricPublisher* publisher = nullptr);
    ~Scheduler();

    // The rule is this from now on; its next tick is after now.
    void set(const RuleKey& key, const RuleRow& row);
    void remove(const RuleKey& key);
    void start();
    // No tick runs, and none begins any more, when it returns. Idempotent.
    void stop();

  private:
    struct Entry {
        RuleRow row;
        Schedule schedule;
        std::optional<base::Timestamp> next;  // nothing: never again, or disabled
    };
    struct Tick {
        RuleKey key;
        base::Timestamp time;
        std::vector<TargetRow> targets;
    };
    // What tasks and completions share with this object.
    struct Shared;
    // One event to one target, over all attempts.
    struct Delivery;
    static void deliver(const std::shared_ptr<Shared>& shared,
                        const std::shared_ptr<Delivery>& delivery);
    static void answered(const std::shared_ptr<Shared>& shared,
                         const std::shared_ptr<Delivery>& delivery, const aws::Reply<void>& reply);
    // nullopt: this was the last attempt.
    static std::optional<std::int64_t> next_delay_ms(const Shared& shared, const Delivery& delivery,
                                                     const aws::Fault& fault);

    void wake();
    void arm() REQUIRES(mutex_);
    std::vector<Tick> take_due(base::Timestamp now) REQUIRES(mutex_);
    void invoke(const Tick& tick);

    base::Clock& clock_;
    base::Random& random_;
    base::Executor& executor_;
    base::Log& log_;
    ports::MetricPublisher* const publisher_;
    base::Counter& ticks_;
    base::Counter& missed_;
    base::Mutex mutex_;
    std::map<RuleKey, Entry> entries_ GUARDED_BY(mutex_);
    base::Timestamp last_seen_ GUARDED_BY(mutex_);  // tells when the clock is set back
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;
    bool running_ GUARDED_BY(mutex_) = false;
    const std::shared_ptr<Shared> shared_;
};

// The event of a scheduled rule, as AWS sends it.
std::string scheduled_event(const std::string& id, const std::string& account,
                            const std::string& region, const std::string& rule_arn,
                            base::Timestamp time);

}  // namespace events
