// Carries lifecycle rules out: walks the buckets that have some, a page at a time, and removes what
// has expired. A removal holds only for the version that was judged, so what a client puts
// meanwhile stays. A stop or a crash loses nothing: the next sweep judges again.
#pragma once

#include <memory>

#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "object_store/object_store.h"
#include "services/s3/lifecycle.h"

namespace s3 {

struct SweepOptions {
    std::int64_t first_ms = 60'000;  // after start
    std::int64_t interval_ms = 60 * 60 * 1000;
    std::size_t page_max = 1000;  // versions or uploads judged in one turn of the pool
};

class LifecycleSweep : public std::enable_shared_from_this<LifecycleSweep> {
  public:
    struct Counts {
        std::size_t expired = 0;  // objects, older versions and markers
        std::size_t aborted = 0;  // uploads
    };

    LifecycleSweep(object_store::ObjectStore& store, base::Clock& clock, base::Executor& executor,
                   base::Log& log, SweepOptions options)
        : store_(store), clock_(clock), executor_(executor), log_(log), options_(options) {}

    void start() EXCLUDES(mutex_);
    // No turn runs when it returns, and none will. Idempotent.
    void stop() EXCLUDES(mutex_);
    // A sweep now; `done` when it has ended, unless it is stopped before. False when one runs
    // already, or after stop.
    bool sweep(base::UniqueFunction<void(Counts)> done) EXCLUDES(mutex_);

  private:
    void schedule(std::int64_t after_ms) EXCLUDES(mutex_);
    void next_turn();
    void turn();
    base::Result<void> begin_bucket();
    base::Result<void> judge_versions();
    base::Result<void> judge_uploads();
    void judge(const object_store::ObjectInfo& info, std::vector<object_store::Removal>& removals);
    void settle_marker(std::vector<object_store::Removal>& removals);
    void remove(std::vector<object_store::Removal> removals);
    void abort_uploads(std::shared_ptr<std::vector<object_store::Upload>> due, bool more);
    void end_bucket();
    void end_sweep();

    enum class Phase { bucket, versions, uploads };

    object_store::ObjectStore& store_;
    base::Clock& clock_;
    base::Executor& executor_;
    base::Log& log_;
    SweepOptions options_;

    base::Mutex mutex_;
    base::ConditionVariable turns_ended_;
    bool stopped_ GUARDED_BY(mutex_) = false;
    bool sweeping_ GUARDED_BY(mutex_) = false;
    int turns_ GUARDED_BY(mutex_) = 0;  // that run; the end of one may overlap the next
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;

    // Of the sweep that runs: one turn at a time touches them.
    base::UniqueFunction<void(Counts)> done_;
    Counts counts_;
    std::vector<object_store::Bucket> buckets_;  // the last one is worked on
    Phase phase_ = Phase::bucket;
    LifecycleRules rules_;
    object_store::VersionsRequest versions_;
    object_store::UploadsRequest uploads_;
    std::string key_;             // of the version judged last
    std::size_t noncurrent_ = 0;  // of that key, seen so far
    // A delete marker that hides nothing, unless the next version is of its key.
    std::optional<object_store::ObjectInfo> marker_;
};

}  // namespace s3
