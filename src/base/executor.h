// Where work runs, injected: os::ThreadPool in the program, sim::SeededExecutor in tests.
#pragma once

#include <cstdint>

#include "base/unique_function.h"

namespace base {

using TimerId = std::uint64_t;  // 0 is no timer

class Executor {
  public:
    virtual ~Executor() = default;
    // Run `task` soon on some thread of the pool. A task may wait only for disk or CPU.
    virtual void post(Task task) = 0;
    // post() by a task that is about to end: its thread goes on with `task`, and no other is woken
    // for it, unless the caller comes to wait for the disk first or something else is posted.
    virtual void post_next(Task task) { post(std::move(task)); }
    // Run `task` once, `delay_ms` (>= 0) of monotonic time from now.
    virtual TimerId after(std::int64_t delay_ms, Task task) = 0;
    // Forget a timer. False when it already ran, runs now, or never was.
    virtual bool cancel(TimerId timer) = 0;
};

}  // namespace base
