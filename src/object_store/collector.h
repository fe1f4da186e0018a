// Frees what nothing refers to any more: files of overwritten and deleted objects, the parts of
// layouts and of ended uploads. What is to be freed was written to the garbage table in the same
// batch that took the last reference away, so a crash loses none of it; it is freed in the
// background, in passes of garbage_pass_max, and only when no reader has it open.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "object_store/core.h"

namespace object_store {

inline constexpr std::size_t garbage_pass_max = 256;

class Collector {
  public:
    explicit Collector(Core& core) : core_(core) {}

    // Queue everything that the garbage table holds. At start.
    base::Result<void> load();
    // Start a pass unless one runs or there is nothing to do.
    void start();
    // Garbage whose batch is durable, or files that were never committed.
    void add(std::vector<Garbage> garbage);

    // A reader's hold on a file or layout, by its number. A reader reads the generation, then the
    // row, pins, and reads the generation again: when it changed, the row may have died before
    // the pin was seen, and the reader starts over.
    std::uint64_t generation() const;
    void pin(std::uint64_t number);
    void unpin(std::uint64_t number);

    // No new passes; wait for the disk work of a running one.
    void stop();
    // Nothing queued and nothing running, for tests.
    bool idle() const;

  private:
    struct Pass {
        std::vector<Garbage> garbage;
        meta_store::Changes changes;
        std::vector<std::uint64_t> files;  // unlinked
        std::vector<std::uint64_t> never_committed;
    };
    std::vector<Garbage> take() EXCLUDES(mutex_);
    void run() EXCLUDES(mutex_);
    void finish(std::vector<std::uint64_t> settled) EXCLUDES(mutex_);
    base::Result<void> free_one(const Garbage& garbage, Pass& pass);
    base::Result<void> free_extent(const ExtentRow& extent, Pass& pass);
    base::Result<void> free_layout(const Garbage& garbage, Pass& pass);
    base::Result<void> free_upload(const Garbage& garbage, Pass& pass);
    base::Result<void> unlink(std::uint64_t file, Pass& pass);
    base::Result<void> sync_directories(const Pass& pass);

    Core& core_;
    mutable base::Mutex mutex_;
    base::ConditionVariable disk_work_ended_;
    std::deque<Garbage> queue_ GUARDED_BY(mutex_);
    bool running_ GUARDED_BY(mutex_) = false;    // a pass is posted, or works, or commits
    bool disk_work_ GUARDED_BY(mutex_) = false;  // it works
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::uint64_t generation_ GUARDED_BY(mutex_) = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> pins_ GUARDED_BY(mutex_);
    std::unordered_map<std::uint64_t, Garbage> pinned_garbage_ GUARDED_BY(mutex_);
};

}  // namespace object_store
