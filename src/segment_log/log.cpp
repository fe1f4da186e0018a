#include "segment_log/log.h"

#include <algorithm>
#include <map>

#include "base/mutex.h"
#include "segment_log/committer.h"
#include "segment_log/durable_records.h"
#include "segment_log/recovery.h"
#include "segment_log/segment_file.h"
#include "segment_log/watchers.h"

namespace segment_log {

using base::Error;
using base::ErrorKind;

namespace {

// Sizes as the contract has them; what `frame` holds becomes one frame.
base::Result<void> check_batch(const Frame& frame) {
    if (frame.heads.empty()) return Error{ErrorKind::invalid, "an empty batch", ""};
    if (frame.heads.size() > append_records_max) {
        return Error{ErrorKind::limit, "too many records in a batch",
                     std::to_string(frame.heads.size())};
    }
    for (const RecordHead& head : frame.heads) {
        if (head.length > record_bytes_max) {
            return Error{ErrorKind::limit, "a record is too large", std::to_string(head.length)};
        }
    }
    if (frame.payloads->size() > append_bytes_max) {
        return Error{ErrorKind::limit, "a batch is too large",
                     std::to_string(frame.payloads->size())};
    }
    if (!lengths_fit(frame.heads, frame.payloads->size())) {
        return Error{ErrorKind::invalid, "the lengths do not add up to the payloads", ""};
    }
    return base::ok();
}

class Log final : public SegmentLog {
  public:
    Log(Options options, const Environment& environment, const Checks& checks,
        const Recovered& recovered)
        : options_(std::move(options)),
          environment_(environment),
          records_(std::make_shared<DurableRecords>(environment, options_.directory, checks)),
          watchers_(std::make_shared<Watchers>(environment.executor)),
          committer_(std::make_shared<Committer>(options_, environment, records_, watchers_,
                                                 recovered.highest_id)) {
        records_->take(recovered);
    }
    ~Log() override { Log::stop(); }

    void append(std::vector<Record> records, AppendDone done) override {
        auto frame = std::make_shared<Frame>();
        frame->heads.reserve(records.size());
        std::size_t bytes = 0;
        for (const Record& record : records) {
            bytes += record.payload.size();
            // Too large for a length is far too large: check_batch refuses what this is cut to.
            const auto length = std::min<std::size_t>(record.payload.size(), UINT32_MAX);
            frame->heads.push_back({record.lane, static_cast<std::uint32_t>(length), record.time});
        }
        auto payloads = std::make_shared<std::string>();
        payloads->reserve(bytes);
        for (const Record& record : records)
            payloads->append(record.payload);
        frame->payloads = std::move(payloads);
        append_frame(std::move(frame), std::move(done));
    }

    void append_packed(PackedBatch batch, AppendDone done) override {
        auto frame = std::make_shared<Frame>();
        frame->heads = std::move(batch.heads);
        frame->payloads = std::make_shared<std::string>(std::move(batch.payloads));
        append_frame(std::move(frame), std::move(done));
    }

    base::Result<Batch> read(Position from, const ReadLimits& limits) const override {
        return records_->read(std::max(from, begin()), limits);
    }
    base::Result<Batch> read_one(Position position) const override {
        return records_->read_one(position);
    }
    Position begin() const override { return records_->begin(); }
    Position end() const override { return records_->end(); }
    base::Result<Position> find_time(Position from, base::Timestamp time) const override {
        return records_->find_time(from, time);
    }

    WatchId watch(base::UniqueFunction<void()> on_durable) override {
        return watchers_->add(std::move(on_durable));
    }
    void unwatch(WatchId watch) override { watchers_->remove(watch); }

    void hold(const std::string& holder, Position position) override {
        base::MutexLock lock(holds_mutex_);
        holds_[holder] = position;
    }
    void release(const std::string& holder) override {
        base::MutexLock lock(holds_mutex_);
        holds_.erase(holder);
    }

    base::Result<std::size_t> expire(base::Timestamp before) override {
        base::MutexLock lock(removing_mutex_);
        TRY_VOID(committer_->seal_open_segment(before, first_held()));
        std::vector<std::uint64_t> expired;
        for (const SegmentInfo& info : records_->segments()) {
            if (info.sealed && info.newest < before && info.last < first_held()) {
                expired.push_back(info.id);
            }
        }
        TRY_VOID(remove(expired));
        return expired.size();
    }

    std::vector<SegmentInfo> segments() const override { return records_->segments(); }

    base::Result<void> remove_segment(std::uint64_t id) override {
        base::MutexLock lock(removing_mutex_);
        for (const SegmentInfo& info : records_->segments()) {
            if (info.id != id) continue;
            if (!info.sealed) {
                return Error{ErrorKind::unavailable, "the segment is still open",
                             segment_path(options_.directory, id)};
            }
            if (info.last >= first_held()) {
                return Error{ErrorKind::unavailable, "the segment is held",
                             segment_path(options_.directory, id)};
            }
            return remove({id});
        }
        return Error{ErrorKind::not_found, "no such segment", segment_path(options_.directory, id)};
    }

    base::Result<std::uint64_t> verify() const override { return records_->verify(); }

    void stop() override {
        committer_->stop();
        watchers_->stop();
    }

  private:
    void append_frame(std::shared_ptr<Frame> frame, AppendDone done) {
        auto checked = check_batch(*frame);
        if (!checked) {
            committer_->refuse(std::move(done), checked.error());
            return;
        }
        summarize(*frame);
        committer_->append(std::move(frame), std::move(done));
    }

    Position first_held() const {
        base::MutexLock lock(holds_mutex_);
        Position first = UINT64_MAX;
        for (const auto& [holder, position] : holds_)
            first = std::min(first, position);
        return first;
    }

    // Durable on return. A crash on the way leaves each segment whole or gone: its file goes,
    // durably, before its index does, for a file without index would be taken for unsealed.
    base::Result<void> remove(const std::vector<std::uint64_t>& ids) REQUIRES(removing_mutex_) {
        if (ids.empty()) return base::ok();
        base::FileSystem& files = environment_.files;
        std::uint64_t highest_left = 0;
        for (const SegmentInfo& info : records_->segments()) {
            const bool goes = std::find(ids.begin(), ids.end(), info.id) != ids.end();
            if (!goes && info.last != 0) highest_left = info.id;
        }
        // With the last segment its number would be forgotten, and given again.
        if (highest_left < ids.back()) {
            TRY_VOID(write_floor(files, options_.directory, ids.back()));
        }
        for (const std::uint64_t id : ids) {
            records_->forget(id);
            TRY_VOID(files.remove(segment_path(options_.directory, id)));
        }
        TRY_VOID(files.sync_directory(options_.directory));
        for (const std::uint64_t id : ids) {
            TRY_VOID(files.remove(index_path(options_.directory, id)));
        }
        return base::ok();
    }

    const Options options_;
    const Environment environment_;
    const std::shared_ptr<DurableRecords> records_;
    const std::shared_ptr<Watchers> watchers_;
    const std::shared_ptr<Committer> committer_;

    mutable base::Mutex holds_mutex_;
    std::map<std::string, Position> holds_ GUARDED_BY(holds_mutex_);
    base::Mutex removing_mutex_;  // one deletion at a time
};

}  // namespace

base::Result<std::unique_ptr<SegmentLog>> open_log(Options options, Environment environment,
                                                   const Checks& checks) {
    if (environment.master_key.bytes.size() != key_bytes ||
        environment.master_key.id.size() > key_id_bytes_max) {
        return Error{ErrorKind::invalid, "a master key has 32 bytes and an id of up to 64", ""};
    }
    if (options.segment_bytes_max < segment_bytes_min ||
        options.segment_bytes_max > segment_bytes_limit) {
        return Error{ErrorKind::invalid, "a segment has 4 KiB to 4 GiB", options.directory};
    }
    TRY(recovered, recover(environment, options.directory, checks));
    return std::unique_ptr<SegmentLog>(
        std::make_unique<Log>(std::move(options), environment, checks, recovered));
}

base::Result<std::unique_ptr<SegmentLog>> SegmentLog::open(Options options,
                                                           Environment environment) {
    return open_log(std::move(options), environment, Checks{});
}

base::Result<void> destroy(base::FileSystem& files, const std::string& directory) {
    const auto names = files.list(directory);
    if (!names) {
        // Nothing was ever appended, or a crash came after the last step.
        if (names.error().kind == ErrorKind::not_found) return base::ok();
        return names.error();
    }
    for (const std::string& name : names.value()) {
        TRY_VOID(files.remove(directory + "/" + name));
    }
    TRY_VOID(files.remove_directory(directory));
    return files.sync_directory(base::parent_directory(directory));
}

}  // namespace segment_log
