#include "segment_log/committer.h"

#include <algorithm>

#include "base/check.h"

namespace segment_log {

using base::Error;
using base::ErrorKind;

Committer::Committer(const Options& options, const Environment& environment,
                     std::shared_ptr<DurableRecords> records, std::shared_ptr<Watchers> watchers,
                     std::uint64_t last_id)
    : options_(options),
      environment_(environment),
      records_(std::move(records)),
      watchers_(std::move(watchers)),
      last_id_(last_id) {}

// ---- the queue ----

void Committer::append(std::shared_ptr<Frame> frame, AppendDone done) {
    const std::size_t bytes = frame->memory_bytes();
    base::MutexLock lock(mutex_);
    const bool full = queued_bytes_ + bytes > options_.queued_bytes_max;
    if (stopping_ || full) {
        const char* why = stopping_ ? "the log is closed" : "the log's queue is full";
        lock.unlock();
        refuse(std::move(done), {ErrorKind::unavailable, why, options_.directory});
        return;
    }
    queue_.push_back({std::move(frame), std::move(done)});
    queued_bytes_ += bytes;
    const bool post = !posted_ && !busy_;
    if (post) posted_ = true;
    lock.unlock();
    if (post) environment_.executor.post_next([self = shared_from_this()] { self->run_commit(); });
}

void Committer::refuse(AppendDone done, Error error) {
    base::MutexLock lock(mutex_);
    if (stopped_) {  // and with it, perhaps, the executor
        lock.unlock();
        done(std::move(error));
        return;
    }
    completions_.push_back({std::move(done), std::move(error)});
    lock.unlock();
    post_completions(1);
}

void Committer::take_turn() {
    base::MutexLock lock(mutex_);
    while (busy_)
        changed_.wait(lock);
    busy_ = true;
}

void Committer::end_turn() {
    base::MutexLock lock(mutex_);
    busy_ = false;
    const bool post = !queue_.empty() && !posted_ && !stopping_;
    if (post) posted_ = true;
    lock.unlock();
    changed_.notify_all();
    // A task of its own for each group, so that a pool of one thread also answers in between.
    if (post) environment_.executor.post([self = shared_from_this()] { self->run_commit(); });
}

void Committer::run_commit() {
    {
        base::MutexLock lock(mutex_);
        posted_ = false;
        if (busy_ || queue_.empty()) return;  // whoever has the turn posts again
        busy_ = true;
    }
    commit_group();
    end_turn();
}

void Committer::stop() {
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        if (idle_timer_ != 0) (void)environment_.executor.cancel(idle_timer_);
        idle_timer_ = 0;
    }
    while (true) {
        take_turn();
        bool empty = false;
        {
            base::MutexLock lock(mutex_);
            empty = queue_.empty();
        }
        if (!empty) commit_group();
        if (empty) {
            // Sealed, the next open needs no scan.
            complete_open_segment();
            (void)settle();
            (void)seal_complete_segments();
            if (const auto spare = take_spare()) {
                (void)environment_.files.remove(spare->segment()->path);
            }
        }
        end_turn();
        if (empty) break;
    }
    while (true) {
        run_completions(SIZE_MAX);
        base::MutexLock lock(mutex_);
        if (!completions_.empty()) continue;
        if (completing_ > 0) {
            changed_.wait(lock);
            continue;
        }
        stopped_ = true;
        break;
    }
}

// ---- one group ----

bool Committer::must_roll(const Frame& first) const {
    if (!writer_ || writer_->records() == 0) return false;
    return writer_->bytes() + first.file_bytes() > options_.segment_bytes_max ||
           writer_->records() > ordinal_max / 2;
}

// As many batches as fit into a group and into the segment, at least one.
Committer::Group Committer::take_group() {
    base::MutexLock lock(mutex_);
    const bool fresh = !writer_ || must_roll(*queue_.front().frame);
    const std::uint64_t start = fresh ? segment_header_bytes : writer_->bytes();
    std::uint64_t bytes = 0;
    Group group;
    while (!queue_.empty()) {
        const std::uint64_t next = queue_.front().frame->file_bytes();
        const bool fits =
            bytes + next <= group_bytes_max && start + bytes + next <= options_.segment_bytes_max;
        if (!group.empty() && !fits) break;
        bytes += next;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

void Committer::commit_group() {
    Group group = take_group();
    std::size_t bytes = 0;
    for (const Pending& pending : group)
        bytes += pending.frame->memory_bytes();
    const base::Result<void> result = write_group(group);
    complete(group, result);
    {
        base::MutexLock lock(mutex_);
        queued_bytes_ -= bytes;
        ++commits_;
    }
    watch_for_idleness();
}

void Committer::watch_for_idleness() {
    base::MutexLock lock(mutex_);
    if (idle_timer_ != 0 || stopping_) return;
    idle_timer_ = environment_.executor.after(
        idle_ms,
        [self = shared_from_this(), commits = commits_] { self->look_for_idleness(commits); });
}

// Many logs may be used now and then: only those in use hold frames in memory.
void Committer::look_for_idleness(std::uint64_t commits) {
    {
        base::MutexLock lock(mutex_);
        idle_timer_ = 0;
        if (stopping_) return;
        if (commits != commits_) {
            lock.unlock();
            watch_for_idleness();
            return;
        }
    }
    records_->forget_recent();
    take_turn();
    if (writer_) writer_->release_memory();
    end_turn();
}

base::Result<void> Committer::write_group(Group& group) {
    TRY_VOID(settle());
    if (must_roll(*group.front().frame)) {
        complete_open_segment();
        post_sealing();
    }
    if (!writer_) {
        TRY_VOID(open_segment());
    }
    std::uint64_t end = writer_->bytes();
    std::uint64_t ordinal = writer_->records();
    std::vector<FramePointer> frames;
    frames.reserve(group.size());
    for (const Pending& pending : group) {
        pending.frame->first = make_position(writer_->id(), ordinal);
        ordinal += pending.frame->heads.size();
        end += pending.frame->file_bytes();
        frames.push_back(pending.frame);
    }
    // Where the disk is full this fails, and the segment is as good as before.
    TRY_VOID(writer_->reserve(end, options_.segment_bytes_max));
    const auto written = write_and_sync(frames, group);
    if (!written) {
        poison(written.error());
    } else if (writer_->bytes() > options_.segment_bytes_max / spare_from_part) {
        prepare_spare();
    }
    return written;
}

base::Result<void> Committer::write_and_sync(const std::vector<FramePointer>& frames,
                                             Group& group) {
    TRY_VOID(writer_->write(frames));
    if (options_.relaxed_durability) {
        records_->publish(frames);
        complete(group, base::ok());
        watchers_->notify();
        return writer_->sync();
    }
    TRY_VOID(writer_->sync());
    records_->publish(frames);
    watchers_->notify();
    return base::ok();
}

// ---- segments ----

base::Result<void> Committer::open_segment() {
    writer_ = take_spare();
    if (writer_) {
        records_->open_segment(writer_->segment());
        return base::ok();
    }
    const std::uint64_t reserve = std::min(reserve_bytes_, options_.segment_bytes_max);
    auto writer = SegmentWriter::create(environment_, options_.directory, ++last_id_, reserve);
    if (!writer && writer.error().kind == ErrorKind::unavailable && reserve > reserve_bytes_min) {
        reserve_bytes_ = reserve_bytes_min;  // nearly full: perhaps there is room for less
        writer =
            SegmentWriter::create(environment_, options_.directory, ++last_id_, reserve_bytes_min);
    }
    if (!writer) return writer.error();
    writer_ = std::move(writer.value());
    records_->open_segment(writer_->segment());
    return base::ok();
}

void Committer::prepare_spare() {
    {
        base::MutexLock lock(mutex_);
        if (spare_state_ != Spare::none || stopping_) return;
        spare_state_ = Spare::posted;
        spare_id_ = ++last_id_;
    }
    const std::uint64_t reserve = std::min(writer_->reserved_bytes(), options_.segment_bytes_max);
    environment_.executor.post(
        [self = shared_from_this(), id = last_id_, reserve] { self->make_spare(id, reserve); });
}

void Committer::make_spare(std::uint64_t id, std::uint64_t reserve_bytes) {
    {
        base::MutexLock lock(mutex_);
        // The roll did not wait for this task to begin.
        if (spare_state_ != Spare::posted || spare_id_ != id) return;
        spare_state_ = Spare::making;
    }
    auto made = SegmentWriter::create(environment_, options_.directory, id, reserve_bytes);
    {
        base::MutexLock lock(mutex_);
        // On failure the roll tries for itself, and reports what is wrong.
        spare_state_ = made ? Spare::ready : Spare::none;
        if (made) spare_ = std::move(made.value());
    }
    changed_.notify_all();
}

// The spare, or null when there is none; waits for one that is being made right now.
std::unique_ptr<SegmentWriter> Committer::take_spare() {
    base::MutexLock lock(mutex_);
    while (spare_state_ == Spare::making)
        changed_.wait(lock);
    spare_state_ = Spare::none;
    return std::move(spare_);
}

void Committer::complete_open_segment() {
    if (!writer_) return;
    reserve_bytes_ = std::max(reserve_bytes_min, writer_->reserved_bytes());
    if (records_->complete_segment()) {
        writer_->trim(writer_->bytes());
    } else {
        (void)environment_.files.remove(writer_->segment()->path);
    }
    writer_.reset();
}

// A write or sync failed: nothing more goes into this segment, and what the failed group left in
// it must never be read, not even after a restart.
void Committer::poison(const Error& error) {
    environment_.log.error("writing to a segment failed; it is given up",
                           {{"segment", writer_->segment()->path}, {"error", error.describe()}});
    const std::uint64_t id = writer_->id();
    const auto index_end = [&] {
        for (const SegmentInfo& info : records_->segments()) {
            if (info.id == id) return info.bytes;
        }
        return std::uint64_t{segment_header_bytes};
    }();
    const bool has_records = records_->complete_segment();
    writer_->trim(index_end);
    writer_.reset();
    unsettled_ = Unsettled{id, !has_records};
    const auto settled = settle();
    if (!settled) {
        environment_.log.error("the segment could not be closed; appends fail until it is",
                               {{"error", settled.error().describe()}});
    }
}

// Makes it durable where the poisoned segment ends. Until then nothing is appended: a later crash
// would find the failed frames behind the good ones and take them for appended.
base::Result<void> Committer::settle() {
    if (!unsettled_) return base::ok();
    if (unsettled_->empty) {
        const auto removed =
            environment_.files.remove(segment_path(options_.directory, unsettled_->id));
        if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
        TRY_VOID(environment_.files.sync_directory(options_.directory));
    } else {
        base::MutexLock lock(sealing_mutex_);
        TRY_VOID(seal(unsettled_->id));
    }
    unsettled_.reset();
    return base::ok();
}

base::Result<void> Committer::seal(std::uint64_t id) {
    const auto index = records_->index_of(id);
    if (!index) return base::ok();
    TRY_VOID(write_index(environment_.files, options_.directory, *index));
    records_->set_sealed(id);
    return base::ok();
}

base::Result<void> Committer::seal_complete_segments() {
    base::MutexLock lock(sealing_mutex_);
    for (const std::uint64_t id : records_->complete_segments()) {
        const auto sealed = seal(id);
        if (!sealed) {
            // Nothing is lost: it is tried again with the next one, and an open would scan.
            environment_.log.warn("could not seal a segment",
                                  {{"error", sealed.error().describe()}});
            return sealed;
        }
    }
    return base::ok();
}

void Committer::post_sealing() {
    environment_.executor.post(
        [self = shared_from_this()] { (void)self->seal_complete_segments(); });
}

base::Result<void> Committer::seal_open_segment(base::Timestamp before, Position keep_from) {
    take_turn();
    base::Result<void> result = base::ok();
    if (writer_) {
        const auto infos = records_->segments();
        const SegmentInfo& open = infos.back();
        if (open.last != 0 && open.newest < before && open.last < keep_from) {
            complete_open_segment();
            result = seal_complete_segments();
        }
    }
    end_turn();
    return result;
}

// ---- answers ----

void Committer::complete(Group& group, const base::Result<void>& result) {
    std::size_t count = 0;
    {
        base::MutexLock lock(mutex_);
        for (Pending& pending : group) {
            if (!pending.done) continue;  // answered before the sync
            if (result) {
                completions_.push_back({std::move(pending.done), pending.frame->first});
            } else {
                completions_.push_back({std::move(pending.done), result.error()});
            }
            ++count;
        }
    }
    post_completions(count);
}

void Committer::post_completions(std::size_t count) {
    for (std::size_t posted = 0; posted < count; posted += completions_per_task_max) {
        environment_.executor.post_next(
            [self = shared_from_this()] { self->run_completions(completions_per_task_max); });
    }
}

void Committer::run_completions(std::size_t count) {
    base::MutexLock lock(mutex_);
    while (count-- > 0 && !completions_.empty()) {
        Completion completion = std::move(completions_.front());
        completions_.pop_front();
        ++completing_;
        lock.unlock();
        completion.done(std::move(completion.result));
        completion.done = {};
        lock.lock();
        --completing_;
    }
    lock.unlock();
    changed_.notify_all();
}

}  // namespace segment_log
