// One open RocksDB instance: options chosen for little memory and a fast start, and what must
// outlive it. A store has one, and replaces it after a failed write.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "base/file_system.h"
#include "base/logging.h"
#include "base/result.h"
#include "meta_store/rocks_file_system.h"

namespace meta_store {

inline constexpr std::size_t write_buffer_bytes = 8 * 1024 * 1024;
inline constexpr int write_buffers_max = 2;
inline constexpr std::size_t block_cache_bytes = 4 * 1024 * 1024;
inline constexpr int open_files_max = 64;
inline constexpr int background_jobs_max = 2;
inline constexpr std::uint64_t manifest_bytes_max = 4 * 1024 * 1024;
inline constexpr std::uint64_t total_log_bytes_max = 24 * 1024 * 1024;

class Database {
  public:
    // Opens or makes the database in `directory`, which exists. Errors as rocks_status.h gives.
    static base::Result<std::shared_ptr<Database>> open(const std::string& directory,
                                                        base::FileSystem& files, base::Log& log);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    rocksdb::DB& rocks() { return *rocks_; }
    // No background work and no change to the disk from now on; reads go on.
    void fence();

  private:
    Database() = default;

    std::shared_ptr<RocksFileSystem> files_;
    std::unique_ptr<rocksdb::Env> env_;
    std::unique_ptr<rocksdb::DB> rocks_;
};

}  // namespace meta_store
