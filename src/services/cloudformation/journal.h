// One deployment's writes, in their order: those that come while one is being written become one
// batch. What follows a write runs when it is durable; a full disk makes it wait, not fail.
#pragma once

#include <memory>
#include <vector>

#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "base/unique_function.h"
#include "meta_store/meta_store.h"

namespace cloudformation {

inline constexpr std::int64_t journal_retry_ms = 1'000;

class Journal final : public std::enable_shared_from_this<Journal> {
  public:
    Journal(meta_store::MetaStore& store, base::Executor& executor, base::Log& log)
        : store_(store), executor_(executor), log_(log) {}

    // `changes` have no preconditions. `then` runs once on the executor, or never after stop().
    void write(meta_store::Changes changes, base::Task then);
    // Nothing is begun any more; what follows the write that is under way does not run.
    void stop();

  private:
    void flush();
    void written(base::Result<void> result);

    meta_store::MetaStore& store_;
    base::Executor& executor_;
    base::Log& log_;
    base::Mutex mutex_;
    meta_store::Changes pending_ GUARDED_BY(mutex_);
    std::vector<base::Task> pending_then_ GUARDED_BY(mutex_);
    meta_store::Changes current_ GUARDED_BY(mutex_);  // kept: it may have to be written again
    std::vector<base::Task> current_then_ GUARDED_BY(mutex_);
    bool busy_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace cloudformation
