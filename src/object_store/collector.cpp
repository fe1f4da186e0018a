#include "object_store/collector.h"

#include <set>

namespace object_store {

base::Result<void> Collector::load() {
    std::optional<base::Error> failed;
    std::vector<Garbage> found;
    TRY_VOID(core_.environment.store.scan(garbage_table, meta_store::after_prefix(garbage_table),
                                          [&](std::string_view key, std::string_view) {
                                              auto garbage = Garbage::from_key(key);
                                              if (!garbage) {
                                                  failed = garbage.error();
                                                  return false;
                                              }
                                              found.push_back(std::move(garbage.value()));
                                              return true;
                                          }));
    if (failed) return *failed;
    const base::MutexLock lock(mutex_);
    queue_.insert(queue_.end(), found.begin(), found.end());
    return base::ok();
}

void Collector::add(std::vector<Garbage> garbage) {
    if (garbage.empty()) return;
    {
        const base::MutexLock lock(mutex_);
        for (Garbage& one : garbage)
            queue_.push_back(std::move(one));
    }
    start();
}

void Collector::start() {
    {
        const base::MutexLock lock(mutex_);
        if (running_ || stopped_ || queue_.empty()) return;
        running_ = true;
    }
    core_.environment.executor.post([core = core_.shared_from_this()] { core->collector->run(); });
}

std::uint64_t Collector::generation() const {
    const base::MutexLock lock(mutex_);
    return generation_;
}

void Collector::pin(std::uint64_t number) {
    const base::MutexLock lock(mutex_);
    ++pins_[number];
}

void Collector::unpin(std::uint64_t number) {
    {
        const base::MutexLock lock(mutex_);
        const auto found = pins_.find(number);
        if (found == pins_.end() || --found->second > 0) return;
        pins_.erase(found);
        const auto garbage = pinned_garbage_.find(number);
        if (garbage == pinned_garbage_.end()) return;
        queue_.push_back(std::move(garbage->second));
        pinned_garbage_.erase(garbage);
    }
    start();
}

void Collector::stop() {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    while (disk_work_)
        disk_work_ended_.wait(lock);
}

bool Collector::idle() const {
    const base::MutexLock lock(mutex_);
    return !running_ && queue_.empty();
}

// What the next pass frees. Raising the generation and looking at the pins is one step.
std::vector<Garbage> Collector::take() {
    const base::MutexLock lock(mutex_);
    std::vector<Garbage> taken;
    if (stopped_) {
        running_ = false;
        return taken;
    }
    ++generation_;
    while (!queue_.empty() && taken.size() < garbage_pass_max) {
        Garbage garbage = std::move(queue_.front());
        queue_.pop_front();
        if (garbage.kind != Garbage::Kind::upload && pins_.contains(garbage.number)) {
            pinned_garbage_.emplace(garbage.number, std::move(garbage));
        } else {
            taken.push_back(std::move(garbage));
        }
    }
    if (taken.empty()) {
        running_ = false;
    } else {
        disk_work_ = true;
    }
    return taken;
}

void Collector::run() {
    Pass pass;
    pass.garbage = take();
    if (pass.garbage.empty()) return;
    base::Result<void> result = base::ok();
    for (const Garbage& garbage : pass.garbage) {
        result = free_one(garbage, pass);
        if (!result) break;
    }
    if (result) result = sync_directories(pass);
    {
        const base::MutexLock lock(mutex_);
        disk_work_ = false;
        disk_work_ended_.notify_all();
    }
    if (!result) {
        // Its entries stay in the table: the next start tries again.
        core_.environment.log.error("cannot free the bytes of deleted objects",
                                    {{"error", result.error().describe()}});
        finish({});
        return;
    }
    if (pass.changes.empty()) {
        finish(std::move(pass.never_committed));
        return;
    }
    core_.environment.store.commit(
        std::move(pass.changes),
        [core = core_.shared_from_this(),
         settled = std::move(pass.never_committed)](base::Result<void> committed) mutable {
            if (!committed) {
                core->environment.log.error("cannot record that bytes were freed",
                                            {{"error", committed.error().describe()}});
            }
            core->collector->finish(std::move(settled));
        });
}

void Collector::finish(std::vector<std::uint64_t> settled) {
    for (const std::uint64_t id : settled)
        core_.ids.settle(id);
    {
        const base::MutexLock lock(mutex_);
        running_ = false;
    }
    start();
}

base::Result<void> Collector::free_one(const Garbage& garbage, Pass& pass) {
    switch (garbage.kind) {
        case Garbage::Kind::file: {
            TRY_VOID(unlink(garbage.number, pass));
            pass.changes.erase(garbage.key());
            return base::ok();
        }
        case Garbage::Kind::uncommitted: {
            TRY_VOID(unlink(garbage.number, pass));
            pass.never_committed.push_back(garbage.number);
            return base::ok();
        }
        case Garbage::Kind::layout:
            return free_layout(garbage, pass);
        case Garbage::Kind::upload:
            return free_upload(garbage, pass);
    }
    return base::ok();
}

base::Result<void> Collector::unlink(std::uint64_t file, Pass& pass) {
    core_.open_files.drop(file);
    auto removed = core_.environment.files.remove(file_path(core_.options.directory, file));
    if (!removed && removed.error().kind != base::ErrorKind::not_found) return removed.error();
    pass.files.push_back(file);
    return base::ok();
}

base::Result<void> Collector::free_extent(const ExtentRow& extent, Pass& pass) {
    if (extent.file) {
        const auto id = static_cast<std::uint64_t>(*extent.file);
        TRY_VOID(unlink(id, pass));
        pass.changes.erase(file_key(id));
    } else if (extent.position) {
        pass.changes.erase(place_key(static_cast<segment_log::Position>(*extent.position)));
        core_.count_dead_bytes(static_cast<std::uint64_t>(extent.size));
    }
    return base::ok();
}

base::Result<void> Collector::free_layout(const Garbage& garbage, Pass& pass) {
    TRY(layout, core_.layout(garbage.number));
    if (layout) {
        for (const ExtentRow& extent : layout->extents) {
            TRY_VOID(free_extent(extent, pass));
        }
        pass.changes.erase(layout_key(garbage.number));
    }
    pass.changes.erase(garbage.key());
    return base::ok();
}

base::Result<void> Collector::free_upload(const Garbage& garbage, Pass& pass) {
    const std::string prefix = std::string(parts_table) + garbage.upload;
    std::optional<base::Error> failed;
    TRY_VOID(core_.environment.store.scan(prefix, meta_store::after_prefix(prefix),
                                          [&](std::string_view key, std::string_view value) {
                                              auto part = decode<PartRow>(value);
                                              auto freed =
                                                  part ? free_extent(part.value().extent, pass)
                                                       : base::Result<void>(part.error());
                                              if (!freed) failed = freed.error();
                                              pass.changes.erase(std::string(key));
                                              return !failed;
                                          }));
    if (failed) return *failed;
    pass.changes.erase(garbage.key());
    return base::ok();
}

// A removal must be durable before its entry leaves the table. Directories of ids long passed are
// removed once empty.
base::Result<void> Collector::sync_directories(const Pass& pass) {
    base::FileSystem& files = core_.environment.files;
    std::set<std::uint64_t> shards;
    for (const std::uint64_t id : pass.files)
        shards.insert(id / ids_per_directory);
    for (const std::uint64_t shard : shards) {
        const std::string path = shard_path(core_.options.directory, shard * ids_per_directory);
        auto synced = files.sync_directory(path);
        if (!synced && synced.error().kind != base::ErrorKind::not_found) return synced.error();
        if (shard < core_.ids.settled_below() / ids_per_directory) {
            // Refused while something is in it, and that is fine.
            static_cast<void>(files.remove_directory(path));
        }
    }
    return base::ok();
}

}  // namespace object_store
