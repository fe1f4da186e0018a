#include "services/events/scheduler.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "services/events/target_input.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace events {

struct Scheduler::Shared {
    Shared(base::Clock& c, base::Random& r, base::Executor& e, base::Log& l, base::Metrics& metrics,
           ports::FunctionInvoker& f)
        : clock(c),
          random(r),
          executor(e),
          log(l),
          functions(f),
          invoked(metrics.counter("datastack_rule_invocations_total", "",
                                  "Functions that rules invoked.")),
          failed(metrics.counter("datastack_rule_invocations_failed_total", "",
                                 "Invocations by rules that were refused.")),
          retried(metrics.counter("datastack_rule_invocations_retried_total", "",
                                  "Attempts of rules after one that failed in passing.")) {}

    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    ports::FunctionInvoker& functions;
    base::Counter& invoked;
    base::Counter& failed;
    base::Counter& retried;
    base::Mutex mutex;
    base::ConditionVariable changed;
    bool stopped GUARDED_BY(mutex) = false;
    bool waking GUARDED_BY(mutex) = false;
    std::size_t retrying GUARDED_BY(mutex) = 0;  // calls of retries that have not returned
    std::size_t under_way GUARDED_BY(mutex) = 0;
    std::size_t waiting GUARDED_BY(mutex) = 0;
};

// What a rule measures of itself for CloudWatch: AWS/Events by RuleName, as AWS publishes it.
enum class Measure : std::size_t { invocations, failed_invocations, triggered };
constexpr std::array<ports::MetricDefinition, 3> measures{{
    {"Invocations", "Count"},
    {"FailedInvocations", "Count"},
    {"TriggeredRules", "Count"},
}};

void observe_one(const std::shared_ptr<ports::Meter>& meter, base::Timestamp at, Measure measure) {
    if (!meter) return;
    const ports::Observation one{static_cast<std::size_t>(measure), 1};
    meter->observe(at, {&one, 1});
}

struct Scheduler::Delivery {
    std::string rule_arn;
    std::string target_arn;
    std::string payload;
    aws::Caller caller;
    base::Timestamp begun;
    std::int32_t attempts_left = 0;  // after the one that runs
    std::int64_t age_ms_max = 0;
    std::int64_t delay_ms = retry_delay_ms_min;
    std::shared_ptr<ports::Meter> meter;  // null: nothing is measured
};

Scheduler::Scheduler(base::Clock& clock, base::Random& random, base::Executor& executor,
                     base::Log& log, base::Metrics& metrics, ports::FunctionInvoker& functions,
                     ports::MetricPublisher* publisher)
    : clock_(clock),
      random_(random),
      executor_(executor),
      log_(log),
      publisher_(publisher),
      ticks_(metrics.counter("datastack_rule_ticks_total", "", "Ticks of scheduled rules.")),
      missed_(metrics.counter("datastack_rule_ticks_missed_total", "",
                              "Ticks that came too late and were not made up.")),
      shared_(std::make_shared<Shared>(clock, random, executor, log, metrics, functions)) {}

Scheduler::~Scheduler() {
    stop();
}

void Scheduler::set(const RuleKey& key, const RuleRow& row) {
    auto schedule = parse_schedule(row.schedule);
    if (!schedule) {  // checked before it was stored
        log_.error("a stored rule has no schedule",
                   {{"rule", row.name}, {"error", schedule.error().describe()}});
        return remove(key);
    }
    base::MutexLock lock(mutex_);
    Entry entry{row, std::move(schedule.value()), std::nullopt};
    if (row.enabled) entry.next = next_tick(entry.schedule, clock_.now(), row.anchor);
    // A tick that is due right now is not lost to a change of something else.
    const auto before = entries_.find(key);
    if (before != entries_.end() && before->second.row.schedule == row.schedule &&
        before->second.row.anchor == row.anchor && before->second.row.enabled && row.enabled) {
        entry.next = before->second.next;
    }
    entries_.insert_or_assign(key, std::move(entry));
    if (running_) arm();
}

void Scheduler::remove(const RuleKey& key) {
    base::MutexLock lock(mutex_);
    entries_.erase(key);
}

void Scheduler::start() {
    base::MutexLock lock(mutex_);
    running_ = true;
    arm();
}

void Scheduler::stop() {
    base::TimerId timer = 0;
    {
        base::MutexLock lock(mutex_);
        running_ = false;
        std::swap(timer, timer_);
    }
    if (timer != 0) executor_.cancel(timer);
    base::MutexLock lock(shared_->mutex);
    shared_->stopped = true;
    while (shared_->waking || shared_->retrying > 0)
        shared_->changed.wait(lock);
}

// One timer: for the next tick, or sooner to look at the clock.
void Scheduler::arm() {
    if (timer_ != 0) executor_.cancel(timer_);
    last_seen_ = std::max(last_seen_, clock_.now());
    const std::int64_t now_ms = clock_.now().ms;
    std::int64_t delay_ms = wake_interval_ms_max;
    for (const auto& [key, entry] : entries_) {
        if (entry.next) delay_ms = std::min(delay_ms, entry.next->ms - now_ms);
    }
    timer_ = executor_.after(std::max<std::int64_t>(delay_ms, 0), [this, shared = shared_] {
        {
            base::MutexLock lock(shared->mutex);
            // Two wakes meet when a rule was set while one ran: the running one arms again.
            if (shared->stopped || shared->waking) return;
            shared->waking = true;
        }
        wake();
        base::MutexLock lock(shared->mutex);
        shared->waking = false;
        shared->changed.notify_all();
    });
}

void Scheduler::wake() {
    std::vector<Tick> due;
    {
        base::MutexLock lock(mutex_);
        due = take_due(clock_.now());
    }
    for (const Tick& tick : due)
        invoke(tick);
    base::MutexLock lock(mutex_);
    if (running_) arm();
}

std::vector<Scheduler::Tick> Scheduler::take_due(base::Timestamp now) {
    std::vector<Tick> due;
    const bool stepped_back = now < last_seen_;
    last_seen_ = now;
    for (auto& [key, entry] : entries_) {
        if (!entry.row.enabled) continue;
        if (stepped_back) {
            // By the new time the next tick may be earlier than the one that was waited for.
            entry.next = next_tick(entry.schedule, now, entry.row.anchor);
            continue;
        }
        if (!entry.next || *entry.next > now) continue;
        if (now.ms - entry.next->ms <= lateness_ms_max) {
            due.push_back({key, *entry.next, entry.row.targets});
        } else {
            missed_.add();
            log_.info("a tick of a rule was missed",
                      {{"rule", entry.row.name}, {"time", wire::format_iso8601(*entry.next)}});
        }
        entry.next = next_tick(entry.schedule, now, entry.row.anchor);
    }
    return due;
}

void Scheduler::invoke(const Tick& tick) {
    ticks_.add();
    const auto& [account, region, name] = tick.key;
    const std::string arn = aws::make_arn("events", region, account, "rule/" + name);
    const Event event{scheduled_event(base::make_uuid(random_), account, region, arn, tick.time),
                      arn, name, clock_.now()};
    std::shared_ptr<ports::Meter> meter;
    if (publisher_ != nullptr) {
        meter = publisher_->meter({account, region, "AWS/Events", "RuleName", name}, measures);
    }
    observe_one(meter, clock_.now(), Measure::triggered);
    for (const TargetRow& target : tick.targets) {
        auto delivery = std::make_shared<Delivery>();
        delivery->meter = meter;
        delivery->rule_arn = arn;
        delivery->target_arn = target.arn;
        delivery->payload = target_input(target, event);
        delivery->caller.account = account;
        delivery->caller.service_principal = "events.amazonaws.com";
        delivery->caller.source_arn = arn;
        delivery->begun = clock_.now();
        delivery->attempts_left = target.retry_attempts.value_or(retry_attempts_max);
        delivery->age_ms_max = target.event_age_s.value_or(event_age_s_max) * std::int64_t{1000};
        deliver(shared_, delivery);
    }
}

// Static, and holding only what outlives the scheduler: a completion may come after it is gone.
void Scheduler::deliver(const std::shared_ptr<Shared>& shared,
                        const std::shared_ptr<Delivery>& delivery) {
    {
        base::MutexLock lock(shared->mutex);
        if (shared->under_way >= invocations_under_way_max) {
            lock.unlock();
            shared->failed.add();
            observe_one(delivery->meter, shared->clock.now(), Measure::failed_invocations);
            shared->log.warn("a rule's invocation was dropped: too many are under way",
                             {{"rule", delivery->rule_arn}, {"target", delivery->target_arn}});
            return;
        }
        ++shared->under_way;
    }
    shared->functions.invoke_async(delivery->target_arn, delivery->payload, delivery->caller,
                                   [shared, delivery](aws::Reply<void> reply) {
                                       {
                                           base::MutexLock lock(shared->mutex);
                                           --shared->under_way;
                                       }
                                       answered(shared, delivery, reply);
                                   });
}

// What will not pass by itself (no permission, no function) is not tried again, as at AWS.
std::optional<std::int64_t> Scheduler::next_delay_ms(const Shared& shared, const Delivery& delivery,
                                                     const aws::Fault& fault) {
    if (fault.http_status < 500 && fault.http_status != 429) return std::nullopt;
    if (delivery.attempts_left == 0) return std::nullopt;
    const std::int64_t half_ms = delivery.delay_ms / 2;
    const auto random_ms =
        static_cast<std::int64_t>(shared.random.next_u64() % static_cast<std::uint64_t>(half_ms));
    const std::int64_t delay_ms = half_ms + random_ms;
    const std::int64_t age_ms = shared.clock.now().ms - delivery.begun.ms;
    if (age_ms + delay_ms > delivery.age_ms_max) return std::nullopt;
    return delay_ms;
}

void Scheduler::answered(const std::shared_ptr<Shared>& shared,
                         const std::shared_ptr<Delivery>& delivery, const aws::Reply<void>& reply) {
    if (reply) {
        shared->invoked.add();
        observe_one(delivery->meter, shared->clock.now(), Measure::invocations);
        return;
    }
    std::optional<std::int64_t> delay_ms = next_delay_ms(*shared, *delivery, reply.error());
    if (delay_ms) {
        base::MutexLock lock(shared->mutex);
        if (shared->stopped || shared->waiting >= retries_waiting_max) {
            delay_ms.reset();
        } else {
            ++shared->waiting;
        }
    }
    if (!delay_ms) {
        shared->invoked.add();
        shared->failed.add();
        observe_one(delivery->meter, shared->clock.now(), Measure::invocations);
        observe_one(delivery->meter, shared->clock.now(), Measure::failed_invocations);
        shared->log.warn("a rule's target was not invoked", {{"rule", delivery->rule_arn},
                                                             {"target", delivery->target_arn},
                                                             {"code", reply.error().code},
                                                             {"why", reply.error().message}});
        return;
    }
    --delivery->attempts_left;
    delivery->delay_ms = std::min(delivery->delay_ms * 2, retry_delay_ms_max);
    shared->executor.after(*delay_ms, [shared, delivery] {
        {
            base::MutexLock lock(shared->mutex);
            --shared->waiting;
            if (shared->stopped) return;
            ++shared->retrying;
        }
        shared->retried.add();
        deliver(shared, delivery);
        base::MutexLock lock(shared->mutex);
        --shared->retrying;
        shared->changed.notify_all();
    });
}

std::string scheduled_event(const std::string& id, const std::string& account,
                            const std::string& region, const std::string& rule_arn,
                            base::Timestamp time) {
    // To the second, as AWS's times are.
    const base::Timestamp second{time.ms - time.ms % 1000};
    std::string out = R"({"version":"0","id":)";
    wire::append_json_string(out, id);
    out += R"(,"detail-type":"Scheduled Event","source":"aws.events","account":)";
    wire::append_json_string(out, account);
    out += R"(,"time":)";
    wire::append_json_string(out, wire::format_iso8601(second));
    out += R"(,"region":)";
    wire::append_json_string(out, region);
    out += R"(,"resources":[)";
    wire::append_json_string(out, rule_arn);
    out += R"(],"detail":{}})";
    return out;
}

}  // namespace events
