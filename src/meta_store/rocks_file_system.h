// RocksDB's FileSystem over ours, so that the crash file system of sim/ slips under it: the path
// that ships is the path that is proven. No locks of its own (the store holds the directory's), no
// hard links, no memory maps, no direct I/O.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

#include "base/file_system.h"

namespace meta_store {

// A RocksDB file system that can be fenced: from then on everything that changes the disk is
// refused. A store that reopens after a failed write fences the old instance, whose late clean-up
// would otherwise delete files of the new one.
class RocksFileSystem : public rocksdb::FileSystem {
  public:
    virtual void fence() = 0;
};

// Any thread. `files` outlives it and every file it gave.
std::shared_ptr<RocksFileSystem> make_rocks_file_system(base::FileSystem& files);

}  // namespace meta_store
