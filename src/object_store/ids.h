// Numbers of files and layouts: never reused, given out from blocks that are reserved durably
// first. A number is unsettled while nobody could say after a crash what its file is: being
// written, not yet committed, or dropped and not yet removed for good. A reservation also stores
// below which number all were settled, so a start looks only at the few files above.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/mutex.h"
#include "object_store/rows.h"

namespace object_store {

// Files of so many consecutive ids share a directory, and ids are reserved by as many.
inline constexpr std::uint64_t ids_per_directory = 4096;

// "<directory>/objects/<id / ids_per_directory>" and "/<id>" in it, both in hexadecimal.
std::string shard_path(const std::string& directory, std::uint64_t id);
std::string file_path(const std::string& directory, std::uint64_t id);

class Ids {
  public:
    explicit Ids(meta_store::MetaStore& store) : store_(store) {}

    base::Result<void> load();
    // The next number, unsettled. May wait for a commit. any thread
    base::Result<std::uint64_t> allocate() EXCLUDES(mutex_);
    void settle(std::uint64_t id) EXCLUDES(mutex_);
    // All ids below are settled.
    std::uint64_t settled_below() const EXCLUDES(mutex_);
    std::uint64_t next() const EXCLUDES(mutex_);
    // As of the last start: files of ids in [first, second) may be nobody's.
    std::pair<std::uint64_t, std::uint64_t> suspects() const { return suspects_; }

  private:
    std::uint64_t settled_below_locked() const REQUIRES(mutex_);

    meta_store::MetaStore& store_;
    std::pair<std::uint64_t, std::uint64_t> suspects_;
    mutable base::Mutex mutex_;
    std::uint64_t next_ GUARDED_BY(mutex_) = 1;
    std::uint64_t reserved_until_ GUARDED_BY(mutex_) = 1;
    std::set<std::uint64_t> unsettled_ GUARDED_BY(mutex_);
};

// Remove the files of an earlier run that no row knows. Call after load, before anything writes.
base::Result<std::size_t> sweep_suspects(base::FileSystem& files,
                                         const meta_store::MetaStore& store,
                                         const std::string& directory, const Ids& ids);

}  // namespace object_store
