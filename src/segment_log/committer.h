// Appends become durable here: they queue, and one committer at a time takes all that has queued,
// seals it, writes it at once, syncs once, shows it to readers and answers the group. The group
// grows with the load. What goes wrong with the disk is settled here too.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "segment_log/durable_records.h"
#include "segment_log/segment_log.h"
#include "segment_log/segment_writer.h"
#include "segment_log/watchers.h"

namespace segment_log {

inline constexpr std::size_t group_bytes_max = 2 * 1024 * 1024;  // or one larger batch
inline constexpr std::int64_t idle_ms = 10'000;      // then the memory of frames is given back
inline constexpr std::uint64_t spare_from_part = 2;  // made when 1/2 of the segment is written
inline constexpr std::size_t completions_per_task_max = 8;

// Tasks on the executor keep it alive; after stop() they find nothing to do.
class Committer : public std::enable_shared_from_this<Committer> {
  public:
    //   last_id  the highest number a segment of this log ever had
    Committer(const Options& options, const Environment& environment,
              std::shared_ptr<DurableRecords> records, std::shared_ptr<Watchers> watchers,
              std::uint64_t last_id);

    // As SegmentLog::append, for a frame without position whose sizes were checked.
    void append(std::shared_ptr<Frame> frame, AppendDone done);
    // Answer an append with an error, as append would.
    void refuse(AppendDone done, base::Error error);
    // Seal the open segment, between two commits, if it holds records all older than `before` and
    // all before `keep_from`.
    base::Result<void> seal_open_segment(base::Timestamp before, Position keep_from);
    // Refuse new appends, commit and answer the queued ones, seal, return. Idempotent.
    void stop();

  private:
    struct Pending {
        std::shared_ptr<Frame> frame;
        AppendDone done;
    };
    struct Completion {
        AppendDone done;
        base::Result<Position> result;
    };
    using Group = std::vector<Pending>;
    // A segment whose last group failed and whose end is not yet durably known.
    struct Unsettled {
        std::uint64_t id = 0;
        bool empty = false;  // no record of it ever became durable
    };

    // The committer's turn: at most one thread has it.
    void take_turn();
    void end_turn();
    void run_commit();
    void commit_group();
    Group take_group();
    bool must_roll(const Frame& first) const;

    base::Result<void> write_group(Group& group);
    base::Result<void> write_and_sync(const std::vector<FramePointer>& frames, Group& group);
    base::Result<void> open_segment();
    void prepare_spare();
    void make_spare(std::uint64_t id, std::uint64_t reserve_bytes);
    std::unique_ptr<SegmentWriter> take_spare();
    void complete_open_segment();
    void poison(const base::Error& error);
    base::Result<void> settle();

    void watch_for_idleness();
    void look_for_idleness(std::uint64_t commits);

    base::Result<void> seal_complete_segments();
    base::Result<void> seal(std::uint64_t id);
    void post_sealing();

    void complete(Group& group, const base::Result<void>& result);
    void post_completions(std::size_t count);
    void run_completions(std::size_t count);

    const Options options_;
    const Environment environment_;
    const std::shared_ptr<DurableRecords> records_;
    const std::shared_ptr<Watchers> watchers_;

    base::Mutex mutex_;
    base::ConditionVariable changed_;
    std::deque<Pending> queue_ GUARDED_BY(mutex_);
    std::size_t queued_bytes_ GUARDED_BY(mutex_) = 0;  // until written
    std::deque<Completion> completions_ GUARDED_BY(mutex_);
    std::size_t completing_ GUARDED_BY(mutex_) = 0;
    std::uint64_t commits_ GUARDED_BY(mutex_) = 0;
    base::TimerId idle_timer_ GUARDED_BY(mutex_) = 0;
    bool busy_ GUARDED_BY(mutex_) = false;  // somebody has the turn
    bool posted_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;

    // The next segment, made while the open one fills: a group that rolls does not wait for it.
    enum class Spare { none, posted, making, ready };
    Spare spare_state_ GUARDED_BY(mutex_) = Spare::none;
    std::uint64_t spare_id_ GUARDED_BY(mutex_) = 0;
    std::unique_ptr<SegmentWriter> spare_ GUARDED_BY(mutex_);

    base::Mutex sealing_mutex_;  // held while an index is written

    // Of whoever has the turn.
    std::unique_ptr<SegmentWriter> writer_;
    std::optional<Unsettled> unsettled_;
    std::uint64_t last_id_;
    std::uint64_t reserve_bytes_ = reserve_bytes_min;
};

}  // namespace segment_log
