#include "object_store/core.h"

#include "object_store/block_file.h"
#include "object_store/buckets.h"
#include "object_store/collector.h"
#include "object_store/compaction.h"
#include "object_store/sealed_file.h"

namespace object_store {

base::Result<std::shared_ptr<LargeFile>> FileCache::open_new(const ExtentRow& extent) const {
    const auto id = static_cast<std::uint64_t>(*extent.file);
    const auto size = static_cast<std::uint64_t>(extent.size);
    const std::string path = file_path(directory_, id);
    if (extent.sealed.value_or(false)) {
        return SealedFile::open(files_, path, id, size, master_key_);
    }
    TRY(plain, BlockFile::open(files_, path, id, size));
    return std::shared_ptr<LargeFile>(std::move(plain));
}

base::Result<std::shared_ptr<LargeFile>> FileCache::open(const ExtentRow& extent) {
    const auto id = static_cast<std::uint64_t>(*extent.file);
    {
        const base::MutexLock lock(mutex_);
        const auto found = by_id_.find(id);
        if (found != by_id_.end()) {
            newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
            return found->second->second;
        }
    }
    TRY(file, open_new(extent));
    const base::MutexLock lock(mutex_);
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) return found->second->second;  // another thread was faster
    newest_first_.emplace_front(id, file);
    by_id_[id] = newest_first_.begin();
    if (newest_first_.size() > files_max) {
        by_id_.erase(newest_first_.back().first);
        newest_first_.pop_back();
    }
    return file;
}

void FileCache::drop(std::uint64_t id) {
    const base::MutexLock lock(mutex_);
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    newest_first_.erase(found->second);
    by_id_.erase(found);
}

Floors::Hold Floors::hold(const segment_log::SegmentLog& log) {
    const base::MutexLock lock(mutex_);
    const segment_log::Position at = log.end();
    floors_.insert(at);
    return {this, at};
}

void Floors::release(segment_log::Position at) {
    const base::MutexLock lock(mutex_);
    floors_.erase(floors_.find(at));
}

bool Floors::are_above(segment_log::Position last) const {
    const base::MutexLock lock(mutex_);
    return floors_.empty() || *floors_.begin() > last;
}

Core::Core(Options given_options, const Environment& given_environment)
    : options(std::move(given_options)),
      environment(given_environment),
      ids(given_environment.store),
      open_files(given_environment.files, options.directory, given_environment.master_key),
      collector(std::make_unique<Collector>(*this)) {}

Core::~Core() = default;

base::Result<std::shared_ptr<Core>> Core::open(Options options, Environment environment) {
    std::shared_ptr<Core> core(new Core(std::move(options), environment));
    TRY_VOID(base::make_directories(environment.files, core->options.directory + "/objects"));
    segment_log::Options log_options;
    log_options.directory = core->options.directory + "/small";
    log_options.segment_bytes_max = core->options.small_segment_bytes_max;
    log_options.relaxed_durability = core->options.relaxed_durability;
    TRY(small, segment_log::SegmentLog::open(
                   log_options, {environment.files, environment.clock, environment.random,
                                 environment.executor, environment.log, environment.master_key}));
    core->small = std::move(small);
    TRY_VOID(core->recover());
    return core;
}

base::Result<void> Core::recover() {
    TRY_VOID(ids.load());
    TRY(swept, sweep_suspects(environment.files, environment.store, options.directory, ids));
    if (swept > 0) {
        environment.log.info("removed files of objects that were never committed",
                             {{"files", std::to_string(swept)}});
    }
    TRY_VOID(finish_bucket_deletions(*this));
    TRY_VOID(collector->load());
    collector->start();
    if (options.compaction_check_ms > 0 && small->segments().size() > 1) {
        const base::MutexLock lock(timer_mutex_);
        timer_ = environment.executor.after(options.compaction_check_ms, [weak = weak_from_this()] {
            if (const auto core = weak.lock()) {
                start_compaction(core);
            }
        });
    }
    return base::ok();
}

base::Result<BucketRow> Core::bucket(const std::string& name, std::string* bytes) const {
    TRY(raw, environment.store.get(bucket_key(name)));
    if (!raw) return base::Error{base::ErrorKind::not_found, "there is no such bucket", "bucket"};
    TRY(row, decode<BucketRow>(*raw));
    if (bytes != nullptr) *bytes = std::move(*raw);
    return row;
}

base::Result<std::optional<LayoutRow>> Core::layout(std::uint64_t id) const {
    return get_row<LayoutRow>(environment.store, layout_key(id));
}

void Core::count_dead_bytes(std::uint64_t bytes) {
    const std::uint64_t now = dead_bytes.fetch_add(bytes) + bytes;
    if (now >= options.small_segment_bytes_max / 2 && !stopped.load()) {
        start_compaction(shared_from_this());
    }
}

void Core::stop() {
    stopped.store(true);
    {
        const base::MutexLock lock(timer_mutex_);
        if (timer_ != 0) static_cast<void>(environment.executor.cancel(timer_));
        timer_ = 0;
    }
    collector->stop();
    small->stop();
}

}  // namespace object_store
