#include "services/kms/caretaker.h"

#include <algorithm>
#include <utility>

namespace kms {

struct Caretaker::Shared {
    base::Mutex mutex;
    base::ConditionVariable changed;
    bool stopped GUARDED_BY(mutex) = false;
    bool waking GUARDED_BY(mutex) = false;
    bool again GUARDED_BY(mutex) = false;  // a timer ran out while one was at work
};

Caretaker::Caretaker(base::Clock& clock, base::Executor& executor, Work work)
    : clock_(clock),
      executor_(executor),
      work_(std::move(work)),
      shared_(std::make_shared<Shared>()) {}

Caretaker::~Caretaker() {
    stop();
}

void Caretaker::start() {
    const auto next = work_(clock_.now());
    base::MutexLock lock(mutex_);
    running_ = true;
    if (next) next_ = next_ ? std::min(*next_, *next) : *next;
    arm();
}

void Caretaker::stop() {
    base::TimerId timer = 0;
    {
        base::MutexLock lock(mutex_);
        running_ = false;
        std::swap(timer, timer_);
    }
    if (timer != 0) executor_.cancel(timer);
    base::MutexLock lock(shared_->mutex);
    shared_->stopped = true;
    while (shared_->waking)
        shared_->changed.wait(lock);
}

void Caretaker::expect(base::Timestamp at) {
    base::MutexLock lock(mutex_);
    if (next_ && *next_ <= at) return;
    next_ = at;
    arm();
}

void Caretaker::arm() {
    if (timer_ != 0) executor_.cancel(timer_);
    timer_ = 0;
    if (!running_ || !next_) return;
    const std::int64_t delay_ms =
        std::clamp<std::int64_t>(next_->ms - clock_.now().ms, 0, caretaker_wake_ms_max);
    timer_ = executor_.after(delay_ms, [this, shared = shared_] {
        base::MutexLock lock(shared->mutex);
        if (shared->stopped) return;
        if (std::exchange(shared->waking, true)) {
            shared->again = true;
            return;
        }
        do {
            shared->again = false;
            lock.unlock();
            wake();
            lock.lock();
        } while (shared->again && !shared->stopped);
        shared->waking = false;
        shared->changed.notify_all();
    });
}

void Caretaker::wake() {
    const base::Timestamp now = clock_.now();
    {
        base::MutexLock lock(mutex_);
        if (!next_ || now < *next_) return arm();
        next_.reset();
    }
    const auto next = work_(now);
    base::MutexLock lock(mutex_);
    if (next) next_ = next_ ? std::min(*next_, *next) : *next;
    arm();
}

}  // namespace kms
