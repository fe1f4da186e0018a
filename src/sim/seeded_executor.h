// An executor that a test steps: it runs nothing by itself, and picks among the ready tasks by its
// seed, so that one number replays a whole interleaving and many numbers try many.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace sim {

// post, after and cancel: any thread (a test may mix in real ones). Stepping: one thread.
class SeededExecutor final : public base::Executor {
  public:
    SeededExecutor(std::uint64_t seed, VirtualClock& clock) : random_(seed), clock_(clock) {}

    void post(base::Task task) override;
    base::TimerId after(std::int64_t delay_ms, base::Task task) override;
    bool cancel(base::TimerId timer) override;

    // Run one ready task (posted, or a timer whose time has come). False when there is none.
    bool run_one();
    // Run until nothing is ready; time stands still. Returns how many ran. At most `tasks_max`.
    std::size_t run_until_idle(std::size_t tasks_max = 1'000'000);
    // Let `ms` pass, stopping at every timer on the way; runs all that becomes ready.
    void run_for_ms(std::int64_t ms);
    // Destroy all that waits, unrun: the process was killed.
    void drop_all();

    std::size_t ready_count() const;
    std::size_t timer_count() const;

  private:
    using Due = std::pair<std::int64_t, base::TimerId>;  // monotonic ns

    void take_due_timers() REQUIRES(mutex_);

    mutable base::Mutex mutex_;
    std::vector<base::Task> ready_ GUARDED_BY(mutex_);
    std::map<Due, base::Task> timers_ GUARDED_BY(mutex_);
    base::TimerId last_timer_ GUARDED_BY(mutex_) = 0;
    SeededRandom random_;
    VirtualClock& clock_;
};

}  // namespace sim
