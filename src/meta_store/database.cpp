#include "meta_store/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <cstdio>

#include "meta_store/rocks_status.h"

namespace meta_store {
namespace {

// RocksDB's own log: its errors go to the program's log, the rest nowhere.
class ErrorLogger final : public rocksdb::Logger {
  public:
    explicit ErrorLogger(base::Log& log) : Logger(rocksdb::ERROR_LEVEL), log_(log) {}
    using rocksdb::Logger::Logv;
    void Logv(const char* format, std::va_list arguments) override {
        char line[512];
        std::vsnprintf(line, sizeof(line), format, arguments);
        log_.error("rocksdb", {{"message", line}});
    }

  private:
    base::Log& log_;
};

rocksdb::BlockBasedTableOptions table_options() {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(block_cache_bytes, 0);
    table.cache_index_and_filter_blocks = true;  // else open tables' indexes have no bound
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.optimize_filters_for_memory = true;
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;
    return table;
}

rocksdb::Options make_options(rocksdb::Env* env, base::Log& log) {
    rocksdb::Options options;
    options.env = env;
    options.info_log = std::make_shared<ErrorLogger>(log);
    options.create_if_missing = true;
    options.paranoid_checks = true;
    // The tail that a crash tore is dropped. wal_check.h refuses damage that no crash explains.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    options.track_and_verify_wals_in_manifest = true;

    options.write_buffer_size = write_buffer_bytes;
    options.arena_block_size = 256 * 1024;
    options.max_write_buffer_number = write_buffers_max;
    options.max_total_wal_size = total_log_bytes_max;
    options.max_manifest_file_size = manifest_bytes_max;
    options.max_open_files = open_files_max;
    options.max_file_opening_threads = 1;
    options.max_background_jobs = background_jobs_max;
    options.max_subcompactions = 1;
    options.compression = rocksdb::kLZ4Compression;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options()));

    options.allow_mmap_reads = false;
    options.allow_mmap_writes = false;
    options.allow_fallocate = false;
    options.writable_file_max_buffer_size = 256 * 1024;
    options.compaction_readahead_size = 256 * 1024;
    options.enable_write_thread_adaptive_yield = false;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.skip_stats_update_on_db_open = true;
    options.skip_checking_sst_file_sizes_on_db_open = true;
    return options;
}

}  // namespace

base::Result<std::shared_ptr<Database>> Database::open(const std::string& directory,
                                                       base::FileSystem& files, base::Log& log) {
    std::shared_ptr<Database> database(new Database);
    database->files_ = make_rocks_file_system(files);
    database->env_ = rocksdb::NewCompositeEnv(database->files_);
    rocksdb::DB* opened = nullptr;
    const auto status =
        rocksdb::DB::Open(make_options(database->env_.get(), log), directory, &opened);
    database->rocks_.reset(opened);
    if (!status.ok()) return to_error(status, directory);
    return database;
}

Database::~Database() {
    if (rocks_ != nullptr) rocks_->Close().PermitUncheckedError();
}

void Database::fence() {
    rocksdb::CancelAllBackgroundWork(rocks_.get(), true);
    files_->fence();
}

}  // namespace meta_store
