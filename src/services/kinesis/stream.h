// One live stream: its stored description, its log, and how records get in and out of it.
#pragma once

#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/unique_function.h"
#include "segment_log/segment_log.h"
#include "services/kinesis/hash_key.h"
#include "services/kinesis/measures.h"
#include "services/kinesis/rate_limit.h"
#include "services/kinesis/rows.h"
#include "services/kinesis/sequence_number.h"

namespace kinesis {

enum class StreamStatus : std::uint8_t { creating, active, deleting };
// "CREATING", …
const char* to_string(StreamStatus status);

// What a stream is at one moment; immutable.
struct StreamState {
    StreamRow row;
    StreamStatus status = StreamStatus::creating;
    std::string arn;
    std::vector<HashKey> last_keys;      // of the open shards, ascending
    std::vector<std::string> shard_ids;  // "shardId-…" by shard number

    StreamState(StreamRow stream_row, StreamStatus stream_status);
    // The shard that takes `key`.
    segment_log::Lane route(HashKey key) const;
    // The number of a shard id in any of the forms AWS takes ("shardId-000000000001", "1").
    //   errors  ResourceNotFoundException
    aws::Reply<segment_log::Lane> find_shard(const std::string& shard_id) const;
    // Records before it are expired.
    base::Timestamp horizon(base::Timestamp now) const {
        return {now.ms - row.retention_hours * 3'600'000};
    }
};

// A record on its way in; borrowed only while put() runs.
struct NewRecord {
    std::string_view data;
    std::string_view partition_key;
    std::optional<HashKey> explicit_hash_key;
};

// What became of it.
struct PutResult {
    segment_log::Lane shard = 0;
    bool throttled = false;              // refused by the shard's limits
    segment_log::Position position = 0;  // unless throttled
};

struct ReadRecord {  // borrows from the ReadAnswer
    segment_log::Position position = 0;
    base::Timestamp arrived;
    std::string_view data;
    std::string_view partition_key;
    bool encrypted = false;
};

struct ReadAnswer {
    std::vector<ReadRecord> records;
    segment_log::Position next = 0;
    std::int64_t behind_ms = 0;  // how far `next` is from the shard's tip
    std::vector<std::shared_ptr<const std::string>> memory;
};

class Stream {
  public:
    Stream(StreamRow row, StreamStatus status, bool aws_limits);

    // Threads: all of the below from any.
    std::shared_ptr<const StreamState> state() const;
    const std::string& id() const { return id_; }
    const SequenceCodec& sequence_numbers() const { return sequence_numbers_; }
    // Where measure() goes; null, the default: nowhere. Before the stream is used.
    void measure_with(std::shared_ptr<ports::Meter> meter) { meter_ = std::move(meter); }
    void measure(base::Timestamp at, std::initializer_list<ports::Observation> observations) const {
        if (meter_) meter_->observe(at, {observations.begin(), observations.size()});
    }
    // Null while creating, and when the log could not be opened.
    segment_log::SegmentLog* log() const;

    void open(std::unique_ptr<segment_log::SegmentLog> log);
    void publish(StreamRow row, StreamStatus status);

    // Route and append. `done` gets one result per record, in order, when all are durable, or the
    // error that none is. Runs on the executor; at once on this thread when all were throttled.
    using PutDone = base::UniqueFunction<void(base::Result<std::vector<PutResult>>)>;
    void put(const std::vector<NewRecord>& records, base::Timestamp now, std::int64_t monotonic_ns,
             PutDone done);

    // Records of one shard from `from` on that are durable and not expired.
    base::Result<ReadAnswer> read(segment_log::Lane shard, segment_log::Position from,
                                  std::size_t records_max, std::size_t bytes_max,
                                  base::Timestamp now) const;

    // --limits aws. False: this GetRecords is refused.
    bool admit_read(segment_log::Lane shard, std::int64_t monotonic_ns);
    void charge_read(segment_log::Lane shard, std::size_t bytes);

    // Changes of the description, one after another. The caller that gets true runs them.
    struct Update {
        base::UniqueFunction<aws::Reply<bool>(StreamRow&)> mutate;
        base::UniqueFunction<void(aws::Reply<void>)> done;
    };
    static constexpr std::size_t updates_max = 64;
    enum class Enqueued : std::uint8_t { run, queued, full };
    Enqueued enqueue(Update& update);     // takes it unless full
    std::optional<Update> next_update();  // absent: the running caller is finished

  private:
    void throttle(const std::vector<NewRecord>& records, std::int64_t monotonic_ns,
                  std::vector<PutResult>& results);
    base::Result<bool> read_more(segment_log::Lane shard, std::size_t records_max,
                                 std::size_t bytes_max, base::Timestamp horizon,
                                 ReadAnswer* answer) const;

    const std::string id_;
    const SequenceCodec sequence_numbers_;
    const bool limited_;
    std::shared_ptr<ports::Meter> meter_;

    mutable base::Mutex mutex_;
    std::shared_ptr<const StreamState> state_ GUARDED_BY(mutex_);
    std::unique_ptr<segment_log::SegmentLog> log_ GUARDED_BY(mutex_);
    std::deque<Update> updates_ GUARDED_BY(mutex_);
    bool updating_ GUARDED_BY(mutex_) = false;

    base::Mutex limits_mutex_;
    std::vector<ShardLimits> limits_ GUARDED_BY(limits_mutex_);
};

}  // namespace kinesis
