#include "services/events/scheduler.h"

#include <algorithm>

#include "base/ids.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace events {

struct Scheduler::Shared {
    explicit Shared(base::Metrics& metrics)
        : invoked(metrics.counter("datastack_rule_invocations_total", "",
                                  "Functions that rules invoked.")),
          failed(metrics.counter("datastack_rule_invocations_failed_total", "",
                                 "Invocations by rules that were refused.")) {}

    base::Counter& invoked;
    base::Counter& failed;
    base::Mutex mutex;
    base::ConditionVariable changed;
    bool stopped GUARDED_BY(mutex) = false;
    bool waking GUARDED_BY(mutex) = false;
    std::size_t under_way GUARDED_BY(mutex) = 0;
};

Scheduler::Scheduler(base::Clock& clock, base::Random& random, base::Executor& executor,
                     base::Log& log, base::Metrics& metrics, ports::FunctionInvoker& functions)
    : clock_(clock),
      random_(random),
      executor_(executor),
      log_(log),
      functions_(functions),
      ticks_(metrics.counter("datastack_rule_ticks_total", "", "Ticks of scheduled rules.")),
      missed_(metrics.counter("datastack_rule_ticks_missed_total", "",
                              "Ticks that came too late and were not made up.")),
      shared_(std::make_shared<Shared>(metrics)) {}

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
    while (shared_->waking)
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
    const std::string event =
        scheduled_event(base::make_uuid(random_), account, region, arn, tick.time);
    for (const TargetRow& target : tick.targets) {
        invoke(tick, target, arn, target.input.value_or(event));
    }
}

void Scheduler::invoke(const Tick& tick, const TargetRow& target, const std::string& rule_arn,
                       const std::string& payload) {
    {
        base::MutexLock lock(shared_->mutex);
        if (shared_->under_way >= invocations_under_way_max) {
            lock.unlock();
            shared_->failed.add();
            log_.warn("a rule's invocation was dropped: too many are under way",
                      {{"rule", rule_arn}, {"target", target.arn}});
            return;
        }
        ++shared_->under_way;
    }
    aws::Caller caller;
    caller.account = std::get<0>(tick.key);
    caller.service_principal = "events.amazonaws.com";
    caller.source_arn = rule_arn;
    // The completion may come after this object is gone: it holds only what outlives it.
    functions_.invoke_async(
        target.arn, payload, caller,
        [shared = shared_, &log = log_, rule_arn, arn = target.arn](aws::Reply<void> reply) {
            {
                base::MutexLock lock(shared->mutex);
                --shared->under_way;
            }
            shared->invoked.add();
            if (reply) return;
            shared->failed.add();
            log.warn("a rule's target was not invoked", {{"rule", rule_arn},
                                                         {"target", arn},
                                                         {"code", reply.error().code},
                                                         {"why", reply.error().message}});
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
