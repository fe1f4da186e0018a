// The MetaStore: reads go to RocksDB as they come, commits through the group committer.
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <cerrno>
#include <map>

#include "base/mutex.h"
#include "meta_store/committer.h"
#include "meta_store/database.h"
#include "meta_store/meta_store.h"
#include "meta_store/rocks_status.h"
#include "meta_store/wal_check.h"

namespace meta_store {
namespace {

using base::Error;
using base::ErrorKind;

// A store that failed for want of space does not try to reopen with less than this free.
constexpr std::uint64_t reopen_free_bytes_min = 4 * write_buffer_bytes;
// Longest piece of a key in an error's context.
constexpr std::size_t context_bytes_max = 128;

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

// A key for people: its printable characters, the others as dots.
std::string readable(std::string_view key) {
    std::string text(key.substr(0, context_bytes_max));
    for (char& c : text) {
        if (c < ' ' || c > '~') c = '.';
    }
    return text;
}

class RocksSnapshot final : public Snapshot {
  public:
    explicit RocksSnapshot(std::shared_ptr<Database> database)
        : database_(std::move(database)), snapshot_(database_->rocks().GetSnapshot()) {}
    ~RocksSnapshot() override { database_->rocks().ReleaseSnapshot(snapshot_); }
    RocksSnapshot(const RocksSnapshot&) = delete;
    RocksSnapshot& operator=(const RocksSnapshot&) = delete;

    const std::shared_ptr<Database>& database() const { return database_; }
    const rocksdb::Snapshot* rocks() const { return snapshot_; }

  private:
    std::shared_ptr<Database> database_;
    const rocksdb::Snapshot* snapshot_;
};

// What a group has changed so far, over what the database holds.
class GroupView {
  public:
    explicit GroupView(rocksdb::DB& rocks) : rocks_(rocks) {}

    base::Result<void> check(const Changes::Entry& entry) {
        using What = Changes::Entry::What;
        if (entry.what == What::put || entry.what == What::erase) return base::ok();
        TRY(value, get(entry.key));
        switch (entry.what) {
            case What::absent:
                if (value)
                    return Error{ErrorKind::already_exists, "the key is taken",
                                 readable(entry.key)};
                break;
            case What::present:
                if (!value)
                    return Error{ErrorKind::not_found, "the key is not there", readable(entry.key)};
                break;
            default:
                if (!value || *value != entry.value) {
                    return Error{ErrorKind::unavailable, "the value was changed meanwhile",
                                 readable(entry.key)};
                }
        }
        return base::ok();
    }

    // Entries of changes that live as long as this view.
    void apply(const Changes::Entry& entry) {
        using What = Changes::Entry::What;
        if (entry.what == What::put) changed_[entry.key] = &entry.value;
        if (entry.what == What::erase) changed_[entry.key] = nullptr;
    }

  private:
    base::Result<std::optional<std::string>> get(const std::string& key) {
        const auto found = changed_.find(key);
        if (found != changed_.end()) {
            if (found->second == nullptr) return std::optional<std::string>();
            return std::optional<std::string>(*found->second);
        }
        std::string value;
        const auto status = rocks_.Get({}, slice(key), &value);
        if (status.ok()) return std::optional<std::string>(std::move(value));
        if (status.IsNotFound()) return std::optional<std::string>();
        return to_error(status, readable(key));
    }

    rocksdb::DB& rocks_;
    std::map<std::string_view, const std::string*> changed_;
};

class Store final : public MetaStore {
  public:
    Store(Options options, base::FileSystem& files, base::Executor& executor, base::Log& log,
          std::unique_ptr<base::FileLock> lock, std::shared_ptr<Database> database)
        : options_(std::move(options)),
          files_(files),
          log_(log),
          lock_(std::move(lock)),
          database_(std::move(database)),
          committer_(
              std::make_shared<Committer>(executor, options_.queued_bytes_max,
                                          [this](std::vector<Pending>& group) { write(group); })) {}
    ~Store() override { committer_->stop(); }

    void commit(Changes changes, CommitDone done) override {
        committer_->commit(std::move(changes), std::move(done));
    }
    base::Result<void> commit(Changes changes) override {
        return committer_->commit_and_wait(std::move(changes));
    }
    void stop() override { committer_->stop(); }

    base::Result<std::optional<std::string>> get(std::string_view key,
                                                 const Snapshot* at) const override {
        const auto database = database_for(at);
        std::string value;
        const auto status = database->rocks().Get(read_options(at), slice(key), &value);
        if (status.ok()) return std::optional<std::string>(std::move(value));
        if (status.IsNotFound()) return std::optional<std::string>();
        return to_error(status, readable(key));
    }

    base::Result<void> scan(std::string_view from, std::string_view until, const Visit& visit,
                            const Snapshot* at) const override {
        return walk(
            from, until,
            [&](std::string_view key, std::string_view value) {
                return visit(key, value) ? std::optional<std::string>(std::in_place) : std::nullopt;
            },
            at);
    }

    base::Result<void> walk(std::string_view from, std::string_view until, const WalkVisit& visit,
                            const Snapshot* at) const override {
        const auto database = database_for(at);
        auto options = read_options(at);
        const rocksdb::Slice bound = slice(until);
        if (!until.empty()) options.iterate_upper_bound = &bound;
        const std::unique_ptr<rocksdb::Iterator> rows(database->rocks().NewIterator(options));
        rows->Seek(slice(from));
        while (rows->Valid()) {
            const auto next = visit(view(rows->key()), view(rows->value()));
            if (!next) return base::ok();
            if (next->empty()) {
                rows->Next();
            } else {
                rows->Seek(slice(*next));
            }
        }
        if (!rows->status().ok()) return to_error(rows->status(), readable(from));
        return base::ok();
    }

    std::shared_ptr<const Snapshot> snapshot() const override {
        return std::make_shared<RocksSnapshot>(current());
    }

    base::Result<void> checkpoint(const std::string& directory) override {
        const auto database = current();
        rocksdb::Checkpoint* made = nullptr;
        auto status = rocksdb::Checkpoint::Create(&database->rocks(), &made);
        const std::unique_ptr<rocksdb::Checkpoint> owned(made);
        if (status.ok()) status = made->CreateCheckpoint(directory);
        if (status.ok()) return base::ok();
        if (status.IsInvalidArgument()) {
            return Error{ErrorKind::already_exists, status.ToString(), directory};
        }
        return to_error(status, directory);
    }

    base::Result<std::uint64_t> verify() const override {
        const auto database = current();
        rocksdb::ReadOptions options;
        options.fill_cache = false;
        std::uint64_t entries = 0;
        const std::unique_ptr<rocksdb::Iterator> rows(database->rocks().NewIterator(options));
        for (rows->SeekToFirst(); rows->Valid(); rows->Next())
            ++entries;
        if (!rows->status().ok()) return to_error(rows->status(), options_.directory);
        const auto status = database->rocks().VerifyChecksum(options);
        if (!status.ok()) return to_error(status, options_.directory);
        return entries;
    }

  private:
    std::shared_ptr<Database> current() const {
        base::MutexLock lock(mutex_);
        return database_;
    }
    std::shared_ptr<Database> database_for(const Snapshot* at) const {
        return at == nullptr ? current() : static_cast<const RocksSnapshot*>(at)->database();
    }
    static rocksdb::ReadOptions read_options(const Snapshot* at) {
        rocksdb::ReadOptions options;
        if (at != nullptr) options.snapshot = static_cast<const RocksSnapshot*>(at)->rocks();
        return options;
    }

    // Called by one thread at a time.
    void write(std::vector<Pending>& group) {
        auto ready = recover_if_failed();
        if (!ready) {
            for (Pending& pending : group)
                pending.result = ready.error();
            return;
        }
        const auto database = current();
        GroupView state(database->rocks());
        rocksdb::WriteBatch batch;
        for (Pending& pending : group) {
            pending.result = check(pending.changes, state);
            if (!pending.result) continue;
            for (const auto& entry : pending.changes.entries()) {
                state.apply(entry);
                add(batch, entry);
            }
        }
        if (batch.Count() == 0) return;
        rocksdb::WriteOptions options;
        options.sync = !options_.relaxed_durability;
        const auto status = database->rocks().Write(options, &batch);
        if (status.ok()) return;
        failed_ = true;
        const Error error = to_error(status, options_.directory);
        log_.error("the metadata store could not write", {{"error", error.describe()}});
        for (Pending& pending : group) {
            if (pending.result) pending.result = error;
        }
    }

    static base::Result<void> check(const Changes& changes, GroupView& state) {
        for (const auto& entry : changes.entries()) {
            TRY_VOID(state.check(entry));
        }
        return base::ok();
    }

    static void add(rocksdb::WriteBatch& batch, const Changes::Entry& entry) {
        using What = Changes::Entry::What;
        rocksdb::Status status;
        if (entry.what == What::put) status = batch.Put(slice(entry.key), slice(entry.value));
        if (entry.what == What::erase) status = batch.Delete(slice(entry.key));
        CHECK(status.ok());  // a batch in memory without a size limit
    }

    // After a failed write nothing is known about the end of RocksDB's log: it is recovered into a
    // new instance, as after a crash. The old one serves reads until that worked.
    base::Result<void> recover_if_failed() {
        if (!failed_) return base::ok();
        TRY(space, files_.space(options_.directory));
        if (space.free_bytes < reopen_free_bytes_min) {
            return Error{ErrorKind::unavailable, "the disk is full", options_.directory, ENOSPC};
        }
        current()->fence();
        TRY(reopened, Database::open(options_.directory, files_, log_));
        {
            base::MutexLock lock(mutex_);
            database_ = std::move(reopened);
        }
        failed_ = false;
        log_.warn("the metadata store recovered from a failed write",
                  {{"directory", options_.directory}});
        return base::ok();
    }

    const Options options_;
    base::FileSystem& files_;
    base::Log& log_;
    const std::unique_ptr<base::FileLock> lock_;
    mutable base::Mutex mutex_;
    std::shared_ptr<Database> database_ GUARDED_BY(mutex_);
    bool failed_ = false;  // only in write()
    std::shared_ptr<Committer> committer_;
};

}  // namespace

base::Result<std::unique_ptr<MetaStore>> MetaStore::open(Options options, base::FileSystem& files,
                                                         base::Executor& executor, base::Log& log) {
    TRY_VOID(base::make_directories(files, options.directory));
    TRY(lock, files.lock(options.directory + "/LOCK"));
    const std::string relaxed_mark = options.directory + "/RELAXED";
    const bool was_relaxed = base::exists(files, relaxed_mark);
    if (options.relaxed_durability) {
        TRY_VOID(base::replace_file(files, relaxed_mark, {}));
    } else if (!was_relaxed) {
        TRY_VOID(check_logs(files, options.directory));
    }
    TRY(database, Database::open(options.directory, files, log));
    if (was_relaxed && !options.relaxed_durability) {
        TRY_VOID(files.remove(relaxed_mark));
        TRY_VOID(files.sync_directory(options.directory));
    }
    return std::unique_ptr<MetaStore>(std::make_unique<Store>(
        std::move(options), files, executor, log, std::move(lock), std::move(database)));
}

}  // namespace meta_store
