#include "os/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "base/check.h"

namespace os {

namespace {

// steady_clock is CLOCK_MONOTONIC here, and what condition variables wait on.
std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

ThreadPool::ThreadPool(std::size_t threads) {
    const std::size_t count = std::clamp<std::size_t>(threads, 1, threads_max);
    workers_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        workers_.emplace_back([this] {
            ::pthread_setname_np(::pthread_self(), "ds-worker");
            work();
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

void ThreadPool::post(base::Task task) {
    {
        base::MutexLock lock(mutex_);
        if (stopped_) return;
        ready_.push_back(std::move(task));
    }
    ready_or_stopped_.notify_one();
}

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

void ThreadPool::stop() {
    std::map<Due, base::Task> forgotten;
    {
        base::MutexLock lock(mutex_);
        if (stopping_) return;
        stopping_ = true;
        forgotten.swap(timers_);
        due_of_.clear();
    }
    forgotten.clear();  // may post
    timers_changed_.notify_all();
    ready_or_stopped_.notify_all();
    for (std::thread& worker : workers_) {
        CHECK(worker.get_id() != std::this_thread::get_id());
        worker.join();
    }
    timer_thread_.join();
    std::deque<base::Task> left;
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        left.swap(ready_);
    }
}

std::size_t ThreadPool::queued_count() const {
    base::MutexLock lock(mutex_);
    return ready_.size();
}

void ThreadPool::work() {
    base::MutexLock lock(mutex_);
    while (true) {
        if (ready_.empty()) {
            // A running task may still post: the last one to end lets everybody go.
            if (stopping_ && running_ == 0) break;
            ready_or_stopped_.wait(lock);
            continue;
        }
        base::Task task = std::move(ready_.front());
        ready_.pop_front();
        ++running_;
        lock.unlock();
        task();
        task = {};  // what it owns goes before the thread takes another one
        lock.lock();
        --running_;
        if (stopping_ && running_ == 0 && ready_.empty()) ready_or_stopped_.notify_all();
    }
}

void ThreadPool::wait_for_timers() {
    base::MutexLock lock(mutex_);
    while (!stopping_) {
        if (timers_.empty()) {
            timers_changed_.wait(lock);
            continue;
        }
        const std::int64_t due_ns = timers_.begin()->first.first;
        const std::int64_t wait_ns = due_ns - now_ns();
        if (wait_ns > 0) {
            timers_changed_.wait_for(lock, std::chrono::nanoseconds(wait_ns));
            continue;
        }
        auto entry = timers_.extract(timers_.begin());
        due_of_.erase(entry.key().second);
        ready_.push_back(std::move(entry.mapped()));
        ready_or_stopped_.notify_one();
    }
}

}  // namespace os
