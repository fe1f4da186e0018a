// Group commit: changes queue from any thread, one group at a time is written, with one sync, by
// whichever thread comes first: a task on the executor, or a caller that waits anyway.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"

namespace meta_store {

// One queued set of changes and where its outcome goes.
struct Pending {
    Changes changes;
    CommitDone done;                                       // empty for a caller that waits
    std::optional<base::Result<void>>* waiting = nullptr;  // of that caller, guarded by the mutex
    base::Result<void> result = base::ok();
};

// Writes a group: sets each `result`. Never called by two threads at once.
using WriteGroup = base::UniqueFunction<void(std::vector<Pending>& group)>;

class Committer : public std::enable_shared_from_this<Committer> {
  public:
    // A group is cut here, so that one sync never waits for an endless batch.
    static constexpr std::size_t group_bytes_max = 4 * 1024 * 1024;

    Committer(base::Executor& executor, std::uint64_t queued_bytes_max, WriteGroup write)
        : executor_(executor), queued_bytes_max_(queued_bytes_max), write_(std::move(write)) {}

    void commit(Changes changes, CommitDone done);
    base::Result<void> commit_and_wait(Changes changes);
    void stop();

  private:
    enum class Where { on_executor, elsewhere };

    std::optional<base::Error> refusal(const Changes& changes) const REQUIRES(mutex_);
    void enqueue(Pending pending) REQUIRES(mutex_);
    void schedule() REQUIRES(mutex_);
    std::vector<Pending> take_group() REQUIRES(mutex_);
    // Write one group when nobody else writes. Called with the mutex held through `lock`, which it
    // releases meanwhile.
    void write_one_group(base::MutexLock& lock, Where where)
        REQUIRES(mutex_) NO_THREAD_SAFETY_ANALYSIS;
    void finish(std::vector<Pending>& group, Where where);

    base::Executor& executor_;
    const std::uint64_t queued_bytes_max_;
    WriteGroup write_;  // only by the thread that set writing_

    base::Mutex mutex_;
    base::ConditionVariable changed_;
    std::deque<Pending> queue_ GUARDED_BY(mutex_);
    std::uint64_t queued_bytes_ GUARDED_BY(mutex_) = 0;
    bool writing_ GUARDED_BY(mutex_) = false;
    bool scheduled_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace meta_store
