// What the parts of the object store share: the small-object log, the ids, the open files, and who
// still needs what. Held by shared_ptr: readers, writers and callbacks in flight keep it.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "object_store/ids.h"
#include "object_store/large_file.h"
#include "object_store/object_store.h"
#include "object_store/rows.h"

namespace object_store {

// Open files of large objects, the most recently used ones. Any thread.
class FileCache {
  public:
    static constexpr std::size_t files_max = 128;

    FileCache(base::FileSystem& files, std::string directory,
              const segment_log::MasterKey& master_key)
        : files_(files), directory_(std::move(directory)), master_key_(master_key) {}
    // `extent` is of a file.
    base::Result<std::shared_ptr<LargeFile>> open(const ExtentRow& extent);
    void drop(std::uint64_t id);

  private:
    using Entry = std::pair<std::uint64_t, std::shared_ptr<LargeFile>>;

    base::Result<std::shared_ptr<LargeFile>> open_new(const ExtentRow& extent) const;

    base::FileSystem& files_;
    std::string directory_;
    const segment_log::MasterKey& master_key_;
    base::Mutex mutex_;
    std::list<Entry> newest_first_ GUARDED_BY(mutex_);
    std::unordered_map<std::uint64_t, std::list<Entry>::iterator> by_id_ GUARDED_BY(mutex_);
};

// Positions at or after which records of the small-object log may be about to get an owner: no
// segment that reaches such a floor may be removed, though nothing refers to its records yet.
class Floors {
  public:
    class Hold {
      public:
        Hold() = default;
        Hold(Floors* floors, segment_log::Position at) : floors_(floors), at_(at) {}
        Hold(Hold&& other) noexcept
            : floors_(std::exchange(other.floors_, nullptr)), at_(other.at_) {}
        Hold& operator=(Hold&& other) noexcept {
            std::swap(floors_, other.floors_);
            std::swap(at_, other.at_);
            return *this;
        }
        ~Hold() {
            if (floors_ != nullptr) floors_->release(at_);
        }

      private:
        Floors* floors_ = nullptr;
        segment_log::Position at_ = 0;
    };

    Hold hold(const segment_log::SegmentLog& log);
    // True when no floor is at or before `last`.
    bool are_above(segment_log::Position last) const;

  private:
    void release(segment_log::Position at);

    mutable base::Mutex mutex_;
    std::multiset<segment_log::Position> floors_ GUARDED_BY(mutex_);
};

// Frees what nothing refers to any more, in the background, sparing what readers have open.
class Collector;

class Core : public std::enable_shared_from_this<Core> {
  public:
    static base::Result<std::shared_ptr<Core>> open(Options options, Environment environment);
    ~Core();

    // The bucket's row and its bytes. errors not_found
    base::Result<BucketRow> bucket(const std::string& name, std::string* bytes = nullptr) const;
    base::Result<std::optional<LayoutRow>> layout(std::uint64_t id) const;
    // Small objects died: maybe compact.
    void count_dead_bytes(std::uint64_t bytes);
    void stop();

    const Options options;
    const Environment environment;
    std::unique_ptr<segment_log::SegmentLog> small;
    Ids ids;
    FileCache open_files;
    Floors floors;
    std::unique_ptr<Collector> collector;
    std::atomic<bool> stopped = false;
    std::atomic<std::uint64_t> dead_bytes = 0;  // since the last look for segments to compact
    std::atomic<bool> compacting = false;

  private:
    Core(Options given_options, const Environment& given_environment);
    base::Result<void> recover();
    base::Mutex timer_mutex_;
    base::TimerId timer_ GUARDED_BY(timer_mutex_) = 0;
};

}  // namespace object_store
