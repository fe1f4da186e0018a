// The executor of the program: a fixed number of threads that take tasks in the order posted, and
// one thread that waits for timers and posts them when due.
//
// More threads than processors are there for tasks that wait for the disk. Of those that compute,
// no more run at once than there are processors: waking a thread for each task cost as much as the
// tasks (bench/results/objects-2026-11-22.md). A thread that waits says so (disk_wait.h). Tasks
// that wait without saying so, or compute for long, hold the others up for stall_ms, no longer.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "os/disk_wait.h"

namespace os {

// Any thread may call everything but stop(). The queue has no maximum of its own: what may post
// without bound is refused earlier, by the budgets of whoever posts.
class ThreadPool final : public base::Executor, private DiskWaitListener {
  public:
    static constexpr std::size_t threads_max = 256;
    // When nothing queued was taken for so long, one more thread runs.
    static constexpr std::int64_t stall_ms = 2;
    // The same for what came by post_next; and so long after the last task the pool is watched, so
    // that a steady trickle of tasks does not begin a watch for each.
    static constexpr std::int64_t linger_ms = 20;

    // `threads` 1..threads_max (more are cut off, 0 counts as 1); `running_max` of them compute at
    // once, 0: one for each processor, at least two.
    explicit ThreadPool(std::size_t threads, std::size_t running_max = 0);
    ~ThreadPool() override;  // stop()

    void post(base::Task task) override;
    void post_next(base::Task task) override;
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

    enum class Watch { none, slow, fast };

    struct Worker {
        std::thread thread;
        base::ConditionVariable wake;
        // Guarded by the pool's mutex.
        bool woken = false;
        bool beyond_maximum = false;  // woken because nothing moved: takes a task in any case
    };

    void begin_disk_wait() override;
    void end_disk_wait() override;

    void work(Worker& self);
    // Lets the lock go meanwhile, which clang cannot follow through a reference.
    void run_one(base::MutexLock& lock) REQUIRES(mutex_) NO_THREAD_SAFETY_ANALYSIS;
    void sleep(Worker& self, base::MutexLock& lock) REQUIRES(mutex_);
    std::size_t computing() const REQUIRES(mutex_);
    void wake_if_useful() REQUIRES(mutex_);
    void wake_one(bool beyond_maximum) REQUIRES(mutex_);
    void push(base::Task task) REQUIRES(mutex_);
    void wait_for_timers();
    std::int64_t post_due_timers() REQUIRES(mutex_);
    static std::int64_t period_ns(Watch watch);
    void begin_watch(Watch watch) REQUIRES(mutex_);
    void watch_for_stalls() REQUIRES(mutex_);

    const std::size_t running_max_;
    mutable base::Mutex mutex_;
    base::ConditionVariable timers_changed_;
    std::deque<base::Task> ready_ GUARDED_BY(mutex_);
    // The last to sleep is the first to wake: its stack and caches are warm.
    std::vector<Worker*> idle_ GUARDED_BY(mutex_);
    std::map<Due, base::Task> timers_ GUARDED_BY(mutex_);
    std::unordered_map<base::TimerId, std::int64_t> due_of_ GUARDED_BY(mutex_);
    base::TimerId last_timer_ GUARDED_BY(mutex_) = 0;
    std::size_t running_ GUARDED_BY(mutex_) = 0;        // tasks that were begun and have not ended
    std::size_t disk_waits_ GUARDED_BY(mutex_) = 0;     // of these
    std::size_t waking_ GUARDED_BY(mutex_) = 0;         // woken, not yet awake
    std::uint64_t taken_count_ GUARDED_BY(mutex_) = 0;  // tasks begun so far
    std::uint64_t taken_seen_ GUARDED_BY(mutex_) = 0;   // by the watch for stalls
    Watch watch_ GUARDED_BY(mutex_) = Watch::none;
    std::int64_t watch_due_ns_ GUARDED_BY(mutex_) = 0;  // of the next look, monotonic
    bool stopping_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::thread timer_thread_;
};

}  // namespace os
