// Who wants to know that a log has grown. Calls are coalesced: however many commits come while a
// watcher runs or waits for its turn, it is called once more.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <thread>

#include "base/executor.h"
#include "base/mutex.h"
#include "base/unique_function.h"
#include "segment_log/segment_log.h"

namespace segment_log {

// Any thread.
class Watchers : public std::enable_shared_from_this<Watchers> {
  public:
    explicit Watchers(base::Executor& executor) : executor_(executor) {}

    SegmentLog::WatchId add(base::UniqueFunction<void()> on_durable);
    // Returns after a running call ended, except from within that call.
    void remove(SegmentLog::WatchId id);
    // Call all of them soon, on the executor.
    void notify();
    // No call is running and none will begin.
    void stop();

  private:
    struct Watcher {
        base::UniqueFunction<void()> call;
        bool wanted = false;
        bool running = false;
        std::thread::id thread;
    };
    void run();

    base::Executor& executor_;
    base::Mutex mutex_;
    base::ConditionVariable ended_;
    std::map<SegmentLog::WatchId, std::shared_ptr<Watcher>> watchers_ GUARDED_BY(mutex_);
    SegmentLog::WatchId last_id_ GUARDED_BY(mutex_) = 0;
    bool posted_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace segment_log
