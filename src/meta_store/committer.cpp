#include "meta_store/committer.h"

namespace meta_store {

std::optional<base::Error> Committer::refusal(const Changes& changes) const {
    using base::ErrorKind;
    if (stopped_) return base::Error{ErrorKind::unavailable, "the store is stopped", {}};
    if (changes.bytes() > queued_bytes_max_) {
        return base::Error{ErrorKind::limit, "more changes than one commit may hold",
                           std::to_string(changes.bytes()) + " bytes"};
    }
    if (queued_bytes_ + changes.bytes() > queued_bytes_max_) {
        return base::Error{ErrorKind::unavailable, "too many changes wait to be written",
                           std::to_string(queued_bytes_) + " bytes"};
    }
    return std::nullopt;
}

void Committer::enqueue(Pending pending) {
    queued_bytes_ += pending.changes.bytes();
    queue_.push_back(std::move(pending));
}

void Committer::schedule() {
    if (scheduled_ || writing_ || queue_.empty()) return;
    scheduled_ = true;
    executor_.post_next([self = shared_from_this()] {
        base::MutexLock lock(self->mutex_);
        self->scheduled_ = false;
        if (!self->writing_) self->write_one_group(lock, Where::on_executor);
    });
}

void Committer::commit(Changes changes, CommitDone done) {
    base::MutexLock lock(mutex_);
    if (auto refused = refusal(changes)) {
        lock.unlock();
        executor_.post([done = std::move(done), error = std::move(*refused)]() mutable {
            done(std::move(error));
        });
        return;
    }
    enqueue({std::move(changes), std::move(done)});
    schedule();
}

base::Result<void> Committer::commit_and_wait(Changes changes) {
    std::optional<base::Result<void>> outcome;
    base::MutexLock lock(mutex_);
    if (auto refused = refusal(changes)) return std::move(*refused);
    enqueue({std::move(changes), {}, &outcome});
    while (!outcome) {
        if (writing_) {
            changed_.wait(lock);
        } else {
            write_one_group(lock, Where::elsewhere);
        }
    }
    return std::move(*outcome);
}

void Committer::stop() {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    while (writing_ || !queue_.empty()) {
        if (writing_) {
            changed_.wait(lock);
        } else {
            write_one_group(lock, Where::elsewhere);
        }
    }
}

std::vector<Pending> Committer::take_group() {
    std::vector<Pending> group;
    std::size_t bytes = 0;
    while (!queue_.empty()) {
        bytes += queue_.front().changes.bytes();
        if (!group.empty() && bytes > group_bytes_max) break;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

void Committer::write_one_group(base::MutexLock& lock, Where where) {
    std::vector<Pending> group = take_group();
    if (group.empty()) return;
    writing_ = true;
    lock.unlock();
    write_(group);
    lock.lock();
    writing_ = false;
    for (Pending& pending : group) {
        queued_bytes_ -= pending.changes.bytes();
        if (pending.waiting != nullptr) pending.waiting->emplace(std::move(pending.result));
    }
    changed_.notify_all();
    schedule();  // the next group is written while this one's completions run
    lock.unlock();
    finish(group, where);
    group.clear();  // what the callbacks own may take any lock, or commit, when it goes
    lock.lock();
}

void Committer::finish(std::vector<Pending>& group, Where where) {
    for (Pending& pending : group) {
        if (!pending.done) continue;
        if (where == Where::on_executor) {
            pending.done(std::move(pending.result));
            continue;
        }
        executor_.post([done = std::move(pending.done),
                        result = std::move(pending.result)]() mutable { done(std::move(result)); });
    }
}

}  // namespace meta_store
