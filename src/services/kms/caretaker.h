// Runs what is due at a moment of the wall clock (keys to delete, keys to rotate): one timer for
// the next moment, kept short so that a clock that steps, or a machine that slept, is noticed. No
// timer runs while nothing is due.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"

namespace kms {

inline constexpr std::int64_t caretaker_wake_ms_max = 60'000;

// Any thread. Destroy after the executor ended.
class Caretaker {
  public:
    // Does what is due at `now`; returns when the next thing is, nothing when there is none.
    using Work = std::function<std::optional<base::Timestamp>(base::Timestamp now)>;

    Caretaker(base::Clock& clock, base::Executor& executor, Work work);
    ~Caretaker();

    // Run the work once, here, then whenever it is due.
    void start();
    // No work runs, and none begins any more, when it returns. Idempotent.
    void stop();
    // Something more is due then.
    void expect(base::Timestamp at);

  private:
    struct Shared;  // what timers hold, so that a late one finds nothing gone

    void wake();
    void arm() REQUIRES(mutex_);

    base::Clock& clock_;
    base::Executor& executor_;
    const Work work_;
    base::Mutex mutex_;
    std::optional<base::Timestamp> next_ GUARDED_BY(mutex_);
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;
    bool running_ GUARDED_BY(mutex_) = false;
    const std::shared_ptr<Shared> shared_;
};

}  // namespace kms
