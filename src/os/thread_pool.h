// The executor of the program: a fixed number of threads that take tasks in the order posted, and
// one thread that waits for timers and posts them when due.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"

namespace os {

// Any thread may call everything but stop(). The queue has no maximum of its own: what may post
// without bound is refused earlier, by the budgets of whoever posts.
class ThreadPool final : public base::Executor {
  public:
    static constexpr std::size_t threads_max = 256;

    // `threads` 1..threads_max (more are cut off, 0 counts as 1).
    explicit ThreadPool(std::size_t threads);
    ~ThreadPool() override;  // stop()

    void post(base::Task task) override;
    base::TimerId after(std::int64_t delay_ms, base::Task task) override;
    bool cancel(base::TimerId timer) override;

    // Finish what is queued and everything that posts, forget timers that are not due, end the
    // threads, return. A task posted afterwards is destroyed without being run. Idempotent; not
    // from a task of this pool.
    void stop();

    std::size_t thread_count() const { return workers_.size(); }
    std::size_t queued_count() const;

  private:
    using Due = std::pair<std::int64_t, base::TimerId>;  // monotonic ns; ties in order of making

    void work();
    void wait_for_timers();

    mutable base::Mutex mutex_;
    base::ConditionVariable ready_or_stopped_;
    base::ConditionVariable timers_changed_;
    std::deque<base::Task> ready_ GUARDED_BY(mutex_);
    std::map<Due, base::Task> timers_ GUARDED_BY(mutex_);
    std::unordered_map<base::TimerId, std::int64_t> due_of_ GUARDED_BY(mutex_);
    base::TimerId last_timer_ GUARDED_BY(mutex_) = 0;
    std::size_t running_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::vector<std::thread> workers_;
    std::thread timer_thread_;
};

}  // namespace os
