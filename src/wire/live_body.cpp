#include "wire/live_body.h"

#include <utility>

namespace wire {

bool LiveBody::write(std::string_view bytes) {
    base::MutexLock lock(mutex_);
    if (gone_ || finished_ || broken_) return false;
    if (bytes.size() > queued_bytes_max_ - queued_.size()) {
        broken_ = true;
        queued_ = {};
        wake(lock);
        return false;
    }
    if (bytes.empty()) return true;
    queued_ += bytes;
    wake(lock);
    return true;
}

void LiveBody::finish() {
    base::MutexLock lock(mutex_);
    if (finished_) return;
    finished_ = true;
    when_gone_.clear();
    wake(lock);
}

void LiveBody::when_gone(base::Task task) {
    {
        base::MutexLock lock(mutex_);
        if (!gone_) {
            if (!finished_) when_gone_.push_back(std::move(task));
            return;
        }
    }
    task();
}

bool LiveBody::is_gone() const {
    base::MutexLock lock(mutex_);
    return gone_;
}

void LiveBody::attach(base::UniqueFunction<void()> wake_server) {
    base::MutexLock lock(mutex_);
    wake_ = std::move(wake_server);
    woken_ = false;
    if (!queued_.empty() || finished_ || broken_) wake(lock);
}

LiveBody::Taken LiveBody::take() {
    base::MutexLock lock(mutex_);
    woken_ = false;
    return {std::exchange(queued_, {}), finished_, broken_};
}

std::vector<base::Task> LiveBody::set_gone() {
    base::UniqueFunction<void()> forgotten;  // it holds the connection; dropped without the lock
    base::MutexLock lock(mutex_);
    gone_ = true;
    queued_ = {};
    forgotten = std::move(wake_);
    return std::exchange(when_gone_, {});
}

// The server only posts to its loop then, so it may be called under the lock.
void LiveBody::wake(base::MutexLock&) {
    if (!wake_ || woken_) return;
    woken_ = true;
    wake_();
}

}  // namespace wire
