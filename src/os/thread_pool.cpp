#include "os/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "base/check.h"

namespace os {

namespace {

thread_local const ThreadPool* pool_of_this_thread = nullptr;

constexpr std::int64_t no_timer_ns = -1;

// steady_clock is CLOCK_MONOTONIC here, and what condition variables wait on.
std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::size_t processors() {
    return std::max<std::size_t>(2, std::thread::hardware_concurrency());
}

}  // namespace

ThreadPool::ThreadPool(std::size_t threads, std::size_t running_max)
    : running_max_(running_max != 0 ? running_max : processors()) {
    const std::size_t count = std::clamp<std::size_t>(threads, 1, threads_max);
    workers_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        workers_.push_back(std::make_unique<Worker>());
    }
    for (const auto& worker : workers_) {
        worker->thread = std::thread([this, self = worker.get()] {
            ::pthread_setname_np(::pthread_self(), "ds-worker");
            set_disk_wait_listener(this);
            pool_of_this_thread = this;
            work(*self);
        });
    }
    timer_thread_ = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "ds-timers");
        wait_for_timers();
    });
}

ThreadPool::~ThreadPool() {
    stop();
}

std::int64_t ThreadPool::period_ns(Watch watch) {
    return (watch == Watch::fast ? stall_ms : linger_ms) * 1'000'000;
}

// ---- tasks ----

void ThreadPool::post(base::Task task) {
    base::MutexLock lock(mutex_);
    if (stopped_) {
        lock.unlock();  // the task may own anything
        return;
    }
    push(std::move(task));
}

void ThreadPool::post_next(base::Task task) {
    if (pool_of_this_thread != this) return post(std::move(task));
    base::MutexLock lock(mutex_);
    if (stopping_) return push(std::move(task));  // nobody watches any more
    ready_.push_back(std::move(task));
    begin_watch(Watch::slow);
}

void ThreadPool::push(base::Task task) {
    ready_.push_back(std::move(task));
    wake_if_useful();
    if (waking_ == 0) begin_watch(Watch::fast);
}

// The tasks that run may all be stuck while others are queued and threads sleep.
void ThreadPool::begin_watch(Watch watch) {
    if (watch_ >= watch || idle_.empty()) return;
    watch_ = watch;
    taken_seen_ = taken_count_;
    watch_due_ns_ = now_ns() + period_ns(watch);
    timers_changed_.notify_one();
}

std::size_t ThreadPool::computing() const {
    return running_ - disk_waits_;
}

void ThreadPool::wake_if_useful() {
    const bool room = computing() + waking_ < running_max_;
    if (room && !idle_.empty() && ready_.size() > waking_) wake_one(false);
}

void ThreadPool::wake_one(bool beyond_maximum) {
    Worker& worker = *idle_.back();
    idle_.pop_back();
    worker.woken = true;
    worker.beyond_maximum = beyond_maximum;
    ++waking_;
    worker.wake.notify_one();
}

void ThreadPool::sleep(Worker& self, base::MutexLock& lock) {
    idle_.push_back(&self);
    if (!ready_.empty()) begin_watch(Watch::fast);
    while (!self.woken)
        self.wake.wait(lock);
    self.woken = false;
    --waking_;
}

void ThreadPool::work(Worker& self) {
    base::MutexLock lock(mutex_);
    while (true) {
        const bool stuck = std::exchange(self.beyond_maximum, false);
        if (!ready_.empty() && (stuck || stopping_ || computing() < running_max_)) {
            run_one(lock);
            continue;
        }
        // A running task may still post: the last one to end lets everybody go.
        if (stopping_ && ready_.empty() && running_ == 0) break;
        sleep(self, lock);
    }
    while (!idle_.empty())
        wake_one(false);
}

void ThreadPool::run_one(base::MutexLock& lock) {
    base::Task task = std::move(ready_.front());
    ready_.pop_front();
    ++running_;
    ++taken_count_;
    wake_if_useful();
    lock.unlock();
    task();
    task = {};  // what it owns goes before the thread takes another one
    lock.lock();
    --running_;
}

void ThreadPool::begin_disk_wait() {
    base::MutexLock lock(mutex_);
    ++disk_waits_;
    wake_if_useful();
}

void ThreadPool::end_disk_wait() {
    base::MutexLock lock(mutex_);
    --disk_waits_;
}

std::size_t ThreadPool::queued_count() const {
    base::MutexLock lock(mutex_);
    return ready_.size();
}

void ThreadPool::stop() {
    std::map<Due, base::Task> forgotten;
    {
        base::MutexLock lock(mutex_);
        if (stopping_) return;
        stopping_ = true;
        forgotten.swap(timers_);
        due_of_.clear();
        while (!idle_.empty())
            wake_one(false);
    }
    forgotten.clear();  // may post
    timers_changed_.notify_all();
    for (const auto& worker : workers_) {
        CHECK(worker->thread.get_id() != std::this_thread::get_id());
        worker->thread.join();
    }
    timer_thread_.join();
    std::deque<base::Task> left;
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        left.swap(ready_);
    }
}

// ---- timers ----

base::TimerId ThreadPool::after(std::int64_t delay_ms, base::Task task) {
    const std::int64_t due_ns = now_ns() + std::max<std::int64_t>(delay_ms, 0) * 1'000'000;
    base::MutexLock lock(mutex_);
    const base::TimerId id = ++last_timer_;
    if (stopping_) return id;
    const auto [at, inserted] = timers_.emplace(Due{due_ns, id}, std::move(task));
    due_of_.emplace(id, due_ns);
    const bool earliest = at == timers_.begin();
    lock.unlock();
    if (earliest) timers_changed_.notify_one();
    return id;
}

bool ThreadPool::cancel(base::TimerId timer) {
    base::Task forgotten;  // declared first: destroyed after the lock is gone, it may own anything
    base::MutexLock lock(mutex_);
    const auto found = due_of_.find(timer);
    if (found == due_of_.end()) return false;
    const auto entry = timers_.find({found->second, timer});
    forgotten = std::move(entry->second);
    timers_.erase(entry);
    due_of_.erase(found);
    return true;
}

// Returns how long the next timer has to wait, no_timer_ns when there is none.
std::int64_t ThreadPool::post_due_timers() {
    while (!timers_.empty()) {
        const std::int64_t wait_ns = timers_.begin()->first.first - now_ns();
        if (wait_ns > 0) return wait_ns;
        auto entry = timers_.extract(timers_.begin());
        due_of_.erase(entry.key().second);
        push(std::move(entry.mapped()));
    }
    return no_timer_ns;
}

void ThreadPool::watch_for_stalls() {
    const bool moved = std::exchange(taken_seen_, taken_count_) != taken_count_;
    if (ready_.empty() || idle_.empty()) {
        watch_ = moved ? Watch::slow : Watch::none;
    } else if (!moved && waking_ == 0) {
        wake_one(true);
    }
    watch_due_ns_ = now_ns() + period_ns(watch_);
}

void ThreadPool::wait_for_timers() {
    base::MutexLock lock(mutex_);
    while (!stopping_) {
        std::int64_t wait_ns = post_due_timers();
        if (watch_ != Watch::none) {
            const std::int64_t left_ns = watch_due_ns_ - now_ns();
            if (left_ns <= 0) {
                watch_for_stalls();
                continue;
            }
            wait_ns = wait_ns == no_timer_ns ? left_ns : std::min(wait_ns, left_ns);
        }
        if (wait_ns == no_timer_ns) {
            timers_changed_.wait(lock);
        } else {
            timers_changed_.wait_for(lock, std::chrono::nanoseconds(wait_ns));
        }
    }
}

}  // namespace os
