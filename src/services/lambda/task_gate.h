// Tasks and timers of an object that may be destroyed while the executor still holds them: after
// close() none of them runs any more.
#pragma once

#include <memory>
#include <utility>

#include "base/executor.h"
#include "base/mutex.h"

namespace lambda {

class TaskGate {
  public:
    explicit TaskGate(base::Executor& executor) : executor_(executor) {}
    ~TaskGate() { close(); }
    TaskGate(const TaskGate&) = delete;
    TaskGate& operator=(const TaskGate&) = delete;

    void post(base::Task task) { executor_.post(guarded(std::move(task))); }
    base::TimerId after(std::int64_t delay_ms, base::Task task) {
        return executor_.after(delay_ms, guarded(std::move(task)));
    }
    // Returns when no task runs; those that have not begun never will. Not from such a task.
    void close() {
        base::MutexLock lock(state_->mutex);
        state_->closed = true;
        while (state_->running > 0)
            state_->changed.wait(lock);
    }

  private:
    struct State {
        base::Mutex mutex;
        base::ConditionVariable changed;
        bool closed GUARDED_BY(mutex) = false;
        int running GUARDED_BY(mutex) = 0;
    };

    base::Task guarded(base::Task task) {
        return [state = state_, task = std::move(task)]() mutable {
            {
                base::MutexLock lock(state->mutex);
                if (state->closed) return;
                ++state->running;
            }
            task();
            base::MutexLock lock(state->mutex);
            --state->running;
            state->changed.notify_all();
        };
    }

    base::Executor& executor_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace lambda
