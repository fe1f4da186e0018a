#include "sim/seeded_executor.h"

#include <algorithm>

namespace sim {

void SeededExecutor::post(base::Task task) {
    base::MutexLock lock(mutex_);
    ready_.push_back(std::move(task));
}

base::TimerId SeededExecutor::after(std::int64_t delay_ms, base::Task task) {
    base::MutexLock lock(mutex_);
    const base::TimerId id = ++last_timer_;
    const std::int64_t due_ns =
        clock_.monotonic_ns() + std::max<std::int64_t>(delay_ms, 0) * 1'000'000;
    timers_.emplace(Due{due_ns, id}, std::move(task));
    return id;
}

bool SeededExecutor::cancel(base::TimerId timer) {
    base::Task forgotten;  // declared first: destroyed after the lock is gone
    base::MutexLock lock(mutex_);
    for (auto entry = timers_.begin(); entry != timers_.end(); ++entry) {
        if (entry->first.second != timer) continue;
        forgotten = std::move(entry->second);
        timers_.erase(entry);
        return true;
    }
    return false;
}

void SeededExecutor::take_due_timers() {
    while (!timers_.empty() && timers_.begin()->first.first <= clock_.monotonic_ns()) {
        ready_.push_back(std::move(timers_.begin()->second));
        timers_.erase(timers_.begin());
    }
}

bool SeededExecutor::run_one() {
    base::Task task;
    {
        base::MutexLock lock(mutex_);
        take_due_timers();
        if (ready_.empty()) return false;
        const auto picked = static_cast<std::size_t>(random_.below(ready_.size()));
        task = std::move(ready_[picked]);
        // Keeps the order of the others, so that a seed means the same after a small change.
        ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(picked));
    }
    task();
    return true;
}

std::size_t SeededExecutor::run_until_idle(std::size_t tasks_max) {
    std::size_t count = 0;
    while (count < tasks_max && run_one())
        ++count;
    return count;
}

void SeededExecutor::run_for_ms(std::int64_t ms) {
    const std::int64_t end_ns = clock_.monotonic_ns() + ms * 1'000'000;
    while (true) {
        run_until_idle();
        std::int64_t next_ns = end_ns;
        {
            base::MutexLock lock(mutex_);
            if (!timers_.empty()) next_ns = std::min(next_ns, timers_.begin()->first.first);
        }
        const std::int64_t left_ns = next_ns - clock_.monotonic_ns();
        // Timers are made at whole milliseconds of this clock, so nothing is lost by rounding up.
        if (left_ns > 0) clock_.advance_ms((left_ns + 999'999) / 1'000'000);
        if (clock_.monotonic_ns() >= end_ns) break;
    }
    run_until_idle();
}

void SeededExecutor::drop_all() {
    std::vector<base::Task> ready;
    std::map<Due, base::Task> timers;
    base::MutexLock lock(mutex_);
    ready.swap(ready_);
    timers.swap(timers_);
}

std::size_t SeededExecutor::ready_count() const {
    base::MutexLock lock(mutex_);
    return ready_.size();
}

std::size_t SeededExecutor::timer_count() const {
    base::MutexLock lock(mutex_);
    return timers_.size();
}

}  // namespace sim
