#include "segment_log/watchers.h"

namespace segment_log {

SegmentLog::WatchId Watchers::add(base::UniqueFunction<void()> on_durable) {
    auto watcher = std::make_shared<Watcher>();
    watcher->call = std::move(on_durable);
    base::MutexLock lock(mutex_);
    watchers_[++last_id_] = std::move(watcher);
    return last_id_;
}

void Watchers::remove(SegmentLog::WatchId id) {
    std::shared_ptr<Watcher> watcher;  // destroyed outside of the lock
    base::MutexLock lock(mutex_);
    const auto found = watchers_.find(id);
    if (found == watchers_.end()) return;
    watcher = found->second;
    watchers_.erase(found);
    watcher->wanted = false;
    while (watcher->running && watcher->thread != std::this_thread::get_id())
        ended_.wait(lock);
}

void Watchers::notify() {
    {
        base::MutexLock lock(mutex_);
        if (watchers_.empty() || stopped_) return;
        for (const auto& [id, watcher] : watchers_)
            watcher->wanted = true;
        if (posted_) return;
        posted_ = true;
    }
    executor_.post([self = shared_from_this()] { self->run(); });
}

void Watchers::run() {
    base::MutexLock lock(mutex_);
    posted_ = false;
    SegmentLog::WatchId at = 0;
    while (!stopped_) {
        // The map may change while a watcher runs: look up the next one each time.
        const auto next = watchers_.upper_bound(at);
        if (next == watchers_.end()) break;
        at = next->first;
        const std::shared_ptr<Watcher> watcher = next->second;
        if (watcher->running) continue;  // whoever runs it looks at `wanted` again
        watcher->running = true;
        watcher->thread = std::this_thread::get_id();
        while (watcher->wanted && !stopped_) {
            watcher->wanted = false;
            lock.unlock();
            watcher->call();
            lock.lock();
        }
        watcher->running = false;
        ended_.notify_all();
    }
}

void Watchers::stop() {
    std::map<SegmentLog::WatchId, std::shared_ptr<Watcher>> watchers;
    base::MutexLock lock(mutex_);
    stopped_ = true;
    watchers.swap(watchers_);
    for (const auto& [id, watcher] : watchers) {
        watcher->wanted = false;
        while (watcher->running && watcher->thread != std::this_thread::get_id()) {
            ended_.wait(lock);
        }
    }
}

}  // namespace segment_log
