// The one home of bytes in order: a durable, append-only log of records in segment files.
// A Kinesis stream is one log with its shards interleaved; log events, DirectPut records and small
// objects have logs of their own.
//
// Contract
//   - append completes after fdatasync. Nothing is readable by anyone before it is durable.
//   - Positions grow strictly, also across restarts and crashes, and are never reused: they
//     contain the epoch, which every open increases.
//   - Recovery truncates the torn tail, syncs, seals that segment and opens a new one; it never
//     appends to a recovered segment. Corruption in the middle is an error, never skipped silently.
//   - A failed sync poisons the segment: its unacknowledged records fail, a new segment is opened.
//   - At rest each segment is sealed with AES-256-GCM under a data key of its own, wrapped by the
//     master key (see docs/formats/segment.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "base/random.h"
#include "base/result.h"

namespace segment_log {

// Orders all records of a log. 0 is before the first record ever.
using Position = std::uint64_t;

// A lane inside a log that readers can follow alone: a Kinesis shard. 0 where a log has no lanes.
using Lane = std::uint32_t;

struct Record {
    Lane lane = 0;
    base::Timestamp time;  // arrival; within one log it may step back with the wall clock
    std::string payload;   // opaque, 0..record_bytes_max
};

// What a record is but its bytes. Written to disk as it is in memory.
struct RecordHead {
    Lane lane = 0;
    std::uint32_t length = 0;  // of its payload, bytes
    base::Timestamp time;
};

// Records whose payloads lie one after another in one string: nothing is allocated per record.
struct PackedBatch {
    std::vector<RecordHead> heads;
    std::string payloads;  // as long as the sum of the heads' lengths
};

// The same, as read back. `payload` borrows from the Batch that holds it.
struct StoredRecord {
    Position position = 0;
    Lane lane = 0;
    base::Timestamp time;
    std::string_view payload;
};

// Records in log order with the memory they borrow from. It may hold no record although at_end is
// false: one read passes over a bounded number of bytes of other lanes. Go on reading at `next`.
struct Batch {
    std::vector<StoredRecord> records;
    // Where to go on reading: after the last record returned or skipped as another lane's.
    Position next = 0;
    // True when `next` is the durable end: nothing more to read now.
    bool at_end = false;
    std::vector<std::shared_ptr<const std::string>> memory;
};

struct ReadLimits {
    std::optional<Lane> lane = {};  // absent: all lanes
    std::size_t records_max = 10'000;
    std::size_t bytes_max = 10 * 1024 * 1024;  // of payload; the first record is always returned
};

struct MasterKey {
    std::string id;     // stored in segment headers
    std::string bytes;  // 32
};

struct Options {
    std::string directory;  // made when absent
    std::uint64_t segment_bytes_max = 64 * 1024 * 1024;
    std::uint64_t queued_bytes_max = 64 * 1024 * 1024;  // appends past it fail with `unavailable`
    bool relaxed_durability = false;  // --durability relaxed: completes before fdatasync
};

inline constexpr std::size_t record_bytes_max = 10 * 1024 * 1024 + 4096;
inline constexpr std::size_t append_records_max = 10'000;
inline constexpr std::size_t append_bytes_max = 16 * 1024 * 1024;  // of payload in one batch

struct Environment {
    base::FileSystem& files;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;  // commits run here, one at a time per log
    base::Log& log;
    const MasterKey& master_key;
};

struct SegmentInfo {
    std::uint64_t id = 0;
    Position first = 0;  // of its first record, 0 when empty
    Position last = 0;
    base::Timestamp newest;  // the latest time of its records
    std::uint64_t bytes = 0;
    bool sealed = false;
};

// The first position of the batch; record i of the batch has first + i. Runs on the executor.
using AppendDone = base::UniqueFunction<void(base::Result<Position> first)>;

class SegmentLog {
  public:
    // Opens and recovers; nothing is written before the first append.
    //   errors  corrupt (bad header, damage before the tail), io
    static base::Result<std::unique_ptr<SegmentLog>> open(Options options, Environment environment);
    virtual ~SegmentLog() = default;  // stop() first

    // Queue a batch and return; `done` is called once, after the whole batch is durable or failed.
    // A batch is atomic: after a crash all of its records are there or none.
    //   records  1..append_records_max, each payload <= record_bytes_max, all <= append_bytes_max
    //   errors   limit (sizes), unavailable (queue full, stopped), io (the disk refused)
    //   threads  any
    virtual void append(std::vector<Record> records, AppendDone done) = 0;
    // The same for a packed batch, which is taken as it is: no copy, no allocation per record.
    //   errors   also invalid (the lengths do not add up to the payloads)
    virtual void append_packed(PackedBatch batch, AppendDone done) = 0;

    // Read durable records at or after `from`, oldest first. A `from` before begin() reads from
    // begin(). threads any
    virtual base::Result<Batch> read(Position from, const ReadLimits& limits) const = 0;
    // Exactly one record. errors not_found (expired, never written), corrupt
    virtual base::Result<Batch> read_one(Position position) const = 0;

    // The first position that can be read; after it was retained away, the next that is left.
    virtual Position begin() const = 0;
    // A position after every durable record and not after any later one.
    virtual Position end() const = 0;
    // The first position at or after `from` whose record has time >= `time`; end() when none.
    virtual base::Result<Position> find_time(Position from, base::Timestamp time) const = 0;

    // Called after each commit, on the executor, at most once per commit. Any number of watchers.
    using WatchId = std::uint64_t;
    virtual WatchId watch(base::UniqueFunction<void()> on_durable) = 0;
    virtual void unwatch(WatchId watch) = 0;  // returns after a running call ended

    // Retention. A hold keeps every record at or after `position`; it lives in memory and is
    // placed again by its owner after open, before the first expire.
    virtual void hold(const std::string& holder, Position position) = 0;
    virtual void release(const std::string& holder) = 0;
    // Delete sealed segments whose newest record is older than `before` and that no hold needs.
    // The open segment is sealed first when all of it is older. Returns how many were deleted.
    virtual base::Result<std::size_t> expire(base::Timestamp before) = 0;
    // For compaction: what segments there are, and deletion of one sealed segment by id.
    virtual std::vector<SegmentInfo> segments() const = 0;
    virtual base::Result<void> remove_segment(std::uint64_t id) = 0;

    // Read everything back and check it. Returns the number of records.
    virtual base::Result<std::uint64_t> verify() const = 0;

    // Refuse new appends, finish queued ones, return when no commit runs. Idempotent.
    virtual void stop() = 0;
};

// Delete a stopped log's directory with all segments.
base::Result<void> destroy(base::FileSystem& files, const std::string& directory);

}  // namespace segment_log
