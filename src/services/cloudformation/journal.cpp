#include "services/cloudformation/journal.h"

namespace cloudformation {

void Journal::write(meta_store::Changes changes, base::Task then) {
    {
        base::MutexLock lock(mutex_);
        if (stopped_) return;
        pending_.append(std::move(changes));
        pending_then_.push_back(std::move(then));
        if (busy_) return;
        busy_ = true;
        current_ = std::exchange(pending_, {});
        current_then_ = std::exchange(pending_then_, {});
    }
    flush();
}

void Journal::stop() {
    std::vector<base::Task> dropped;  // they may own whoever owns this journal
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        dropped = std::exchange(pending_then_, {});
        for (base::Task& task : current_then_)
            dropped.push_back(std::move(task));
        current_then_.clear();
    }
}

void Journal::flush() {
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        if (stopped_) return;
        changes = current_;
    }
    store_.commit(std::move(changes), [self = shared_from_this()](base::Result<void> result) {
        self->written(std::move(result));
    });
}

void Journal::written(base::Result<void> result) {
    std::vector<base::Task> then;
    bool more = false;
    {
        base::MutexLock lock(mutex_);
        if (stopped_) return;
        if (!result) {
            log_.error("a stack's progress cannot be stored, will retry",
                       {{"error", result.error().describe()}});
            executor_.after(journal_retry_ms, [self = shared_from_this()] { self->flush(); });
            return;
        }
        then = std::exchange(current_then_, {});
        current_ = std::exchange(pending_, {});
        current_then_ = std::exchange(pending_then_, {});
        more = !current_then_.empty();
        busy_ = more;
    }
    if (more) flush();
    for (base::Task& task : then)
        executor_.post(std::move(task));
}

}  // namespace cloudformation
