#include "object_store/writer.h"

#include "object_store/block_file.h"
#include "object_store/collector.h"
#include "object_store/sealed_file.h"

namespace object_store {

Prepared::~Prepared() {
    if (extent_.file && !keep_file_) {
        core_->collector->add(
            {Garbage{Garbage::Kind::uncommitted, static_cast<std::uint64_t>(*extent_.file)}});
    }
}

void Prepared::add_to(Plan& plan, const std::string& owner) const {
    if (extent_.file) {
        const auto id = static_cast<std::uint64_t>(*extent_.file);
        plan.changes.put(file_key(id), {});
        plan.settled.push_back(id);
    } else if (extent_.position) {
        plan.changes.put(place_key(static_cast<segment_log::Position>(*extent_.position)),
                         encode(PlaceRow{{owner}, extent_.size}));
    }
}

void Prepared::committed(const base::Result<void>& result) {
    keep_file_ = result || result.error().kind == base::ErrorKind::io ||
                 result.error().kind == base::ErrorKind::internal;
}

Writer::~Writer() {
    drop_file();
}

void Writer::drop_file() {
    file_.reset();
    if (file_id_ == 0) return;
    core_->collector->add({Garbage{Garbage::Kind::uncommitted, file_id_}});
    file_id_ = 0;
}

base::Result<void> Writer::begin_file() {
    TRY(id, core_->ids.allocate());
    file_id_ = id;
    base::FileSystem& files = core_->environment.files;
    TRY_VOID(base::make_directories(files, shard_path(core_->options.directory, id)));
    const std::string path = file_path(core_->options.directory, id);
    auto file = core_->options.seal_files
                    ? SealedFileWriter::create(files, path, id, core_->environment.master_key,
                                               core_->environment.random)
                    : BlockFileWriter::create(files, path, id);
    if (!file) return file.error();
    file_ = std::move(file.value());
    TRY_VOID(file_->append(buffer_));
    buffer_ = {};
    return base::ok();
}

base::Result<void> Writer::write(std::string_view bytes) {
    const base::Error broken{base::ErrorKind::internal, "write after a failed write", {}};
    if (failed_) return broken;
    md5_->update(bytes);
    if (!file_ && buffer_.size() + bytes.size() <= in_memory_max_) {
        buffer_.append(bytes);
        return base::ok();
    }
    base::Result<void> result = base::ok();
    if (!file_) result = begin_file();
    if (result) result = file_->append(bytes);
    if (!result) {
        failed_ = true;
        drop_file();
    }
    return result;
}

base::Result<std::unique_ptr<PreparedObject>> Writer::finish_file() {
    ExtentRow extent;
    if (failed_) return base::Error{base::ErrorKind::io, "a write before failed", {}};
    if (file_) {
        const bool sync = !core_->options.relaxed_durability;
        extent.size = static_cast<std::int64_t>(file_->size_bytes());
        auto result = file_->finish(sync);
        if (result && sync) {
            result = core_->environment.files.sync_directory(
                shard_path(core_->options.directory, file_id_));
        }
        if (!result) {
            failed_ = true;
            drop_file();
            return result.error();
        }
        extent.file = static_cast<std::int64_t>(file_id_);
        if (core_->options.seal_files) extent.sealed = true;
        file_id_ = 0;
        file_.reset();
    }
    return std::unique_ptr<PreparedObject>(
        std::make_unique<Prepared>(core_, extent, md5_->finish_hex(), Floors::Hold()));
}

void Writer::finish(PreparedDone done) {
    if (file_ || failed_ || buffer_.empty()) {
        core_->environment.executor.post(
            [done = std::move(done), result = finish_file()]() mutable {
                done(std::move(result));
            });
        return;
    }
    ExtentRow extent;
    extent.size = static_cast<std::int64_t>(buffer_.size());
    std::vector<segment_log::Record> records(1);
    records[0].time = core_->environment.clock.now();
    records[0].payload = std::exchange(buffer_, {});
    failed_ = true;  // nothing more may be written
    Floors::Hold hold = core_->floors.hold(*core_->small);
    core_->small->append(
        std::move(records),
        [core = core_, extent, md5 = md5_->finish_hex(), hold = std::move(hold),
         done = std::move(done)](base::Result<segment_log::Position> first) mutable {
            if (!first) return done(first.error());
            extent.position = static_cast<std::int64_t>(first.value());
            done(std::unique_ptr<PreparedObject>(std::make_unique<Prepared>(
                std::move(core), extent, std::move(md5), std::move(hold))));
        });
}

}  // namespace object_store
