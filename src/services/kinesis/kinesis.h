// Kinesis Data Streams: streams, their shards, and records in order. Each stream is one
// segment_log under `<data>/streams/<id>`, shards are lanes in it, and one row in meta_store
// describes it. A record is answered when it is durable and readable only then.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "segment_log/segment_log.h"
#include "services/kinesis/rows.h"
#include "services/kinesis/shapes.h"
#include "services/kinesis/shard_iterator.h"
#include "services/kinesis/stream.h"
#include "services/ports/metrics.h"
#include "services/ports/ports.h"

// One word for each file in operations/.
#define KINESIS_OPERATIONS(X)           \
    X(add_tags_to_stream)               \
    X(create_stream)                    \
    X(decrease_stream_retention_period) \
    X(delete_stream)                    \
    X(describe_limits)                  \
    X(describe_stream)                  \
    X(describe_stream_summary)          \
    X(get_records)                      \
    X(get_shard_iterator)               \
    X(increase_stream_retention_period) \
    X(list_shards)                      \
    X(list_streams)                     \
    X(list_tags_for_resource)           \
    X(list_tags_for_stream)             \
    X(put_record)                       \
    X(put_records)                      \
    X(remove_tags_from_stream)          \
    X(start_stream_encryption)          \
    X(stop_stream_encryption)           \
    X(tag_resource)                     \
    X(untag_resource)                   \
    X(update_max_record_size)           \
    X(update_stream_mode)

// One word for each file in resources/.
#define KINESIS_RESOURCES(X) X(stream)

namespace kinesis {

AWS_DECLARE_OPERATIONS(KINESIS_OPERATIONS)
AWS_DECLARE_RESOURCES(KINESIS_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::int64_t shards_max = 1000;           // provisioned, an account and region
inline constexpr std::int64_t on_demand_streams_max = 50;  // an account and region
inline constexpr std::int64_t on_demand_shards = 4;        // at birth
inline constexpr std::size_t tags_max = 50;                // a stream
inline constexpr std::int64_t retention_hours_min = 24;
inline constexpr std::int64_t retention_hours_max = 8760;
inline constexpr std::size_t request_bytes_max = 10 * 1024 * 1024;  // data and keys of a call
inline constexpr std::int64_t token_life_ms = 300'000;              // iterators and paging tokens
inline constexpr std::int64_t retention_sweep_interval_ms = 60'000;

struct Options {
    std::string directory;            // "<data>/streams", made when absent
    bool aws_limits = false;          // --limits aws
    bool relaxed_durability = false;  // --durability relaxed
};

struct Environment {
    base::FileSystem& files;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    base::Metrics& metrics;
    const segment_log::MasterKey& master_key;
    meta_store::MetaStore& store;
    ports::MetricPublisher* publisher = nullptr;  // null: nothing is measured for CloudWatch
};

// Outlives the store's last commit: stop(), then stop the store, then destroy.
class Kinesis final : public ports::StreamReader {
  public:
    Kinesis(Options options, Environment environment);
    ~Kinesis() override;

    // Restore every stream, finish deletions that a crash cut short, and begin the retention sweep.
    // Its first turn comes retention_sweep_interval_ms later: holders place their holds before it.
    // A stream whose log is damaged is reported and refuses its records; the others work.
    base::Result<void> start();
    // Refuse new records, finish those under way, return when nothing of ours runs any more.
    void stop();

    // ---- for the operations ----

    // The stream that `target` names for this caller, in any state.
    //   errors  ResourceNotFoundException, InvalidArgumentException (neither or contradicting)
    aws::Reply<std::shared_ptr<Stream>> find(const aws::Call& call, const StreamTarget& target);
    aws::Reply<std::shared_ptr<Stream>> find_arn(const aws::Call& call, const std::string& arn);
    // The same, and it takes and gives records: ACTIVE.
    aws::Reply<std::shared_ptr<Stream>> find_active(const aws::Call& call,
                                                    const StreamTarget& target);
    // By internal id, in the caller's account and region; null when there is none.
    std::shared_ptr<Stream> find_id(const aws::Call& call, const std::string& id);
    // All streams of the caller's account and region by name.
    std::vector<std::shared_ptr<Stream>> list(const aws::Call& call);

    using Done = base::UniqueFunction<void(aws::Reply<void>)>;
    // Make the stream; `row` comes without id and shards. `done` when it is durable and ACTIVE.
    void create(StreamRow row, std::int64_t shard_count, Done done);
    // Change a stream's description durably. Updates of one stream run one after another; `mutate`
    // returns false to say that nothing changed.
    using Mutate = base::UniqueFunction<aws::Reply<bool>(StreamRow&)>;
    void update(std::shared_ptr<Stream> stream, Mutate mutate, Done done);
    // Mark it DELETING durably, then remove it in the background.
    void remove(std::shared_ptr<Stream> stream, Done done);

    const TokenSealer& tokens() const { return tokens_; }
    base::Timestamp now() const { return environment_.clock.now(); }
    std::int64_t monotonic_ns() const { return environment_.clock.monotonic_ns(); }
    void count_put(std::size_t records, std::size_t bytes, std::size_t refused);
    void count_read(std::size_t records, std::size_t bytes);

    // Delete expired segments of all streams now. Called by the timer, and by tests.
    void sweep();

    // ---- ports::StreamReader ----
    base::Result<ports::StreamInfo> find_stream(const std::string& arn) const override;
    base::Result<ports::StreamBatch> read_stream(const std::string& id, std::uint64_t from,
                                                 std::size_t records_max,
                                                 std::size_t bytes_max) const override;
    std::uint64_t watch_stream(const std::string& id, base::UniqueFunction<void()> wake) override;
    void unwatch_stream(const std::string& id, std::uint64_t watch) override;
    void hold_stream(const std::string& id, const std::string& holder,
                     std::uint64_t position) override;
    void release_stream(const std::string& id, const std::string& holder) override;

  private:
    // Background tasks hold it while they run and check it first, so that stop() can wait.
    struct Life {
        base::Mutex mutex;
        bool stopped GUARDED_BY(mutex) = false;
    };

    static std::string key_of(std::string_view account, std::string_view region,
                              std::string_view name);
    static meta_store::Key row_key(const StreamRow& row);
    std::shared_ptr<Stream> make_stream(StreamRow row, StreamStatus status);
    std::string directory_of(const std::string& id) const;
    base::Result<std::unique_ptr<segment_log::SegmentLog>> open_log(const std::string& id);
    std::shared_ptr<Stream> by_id(const std::string& id) const;
    aws::Reply<void> reserve(const StreamRow& row, std::int64_t shard_count,
                             std::shared_ptr<Stream> stream);
    void forget(const Stream& stream);
    void run_updates(std::shared_ptr<Stream> stream);
    void destroy_later(std::shared_ptr<Stream> stream, std::int64_t delay_ms);
    void destroy(const std::shared_ptr<Stream>& stream);
    void sweep_later();

    const Options options_;
    Environment environment_;
    meta_store::Table<StreamRow> rows_;
    TokenSealer tokens_;
    base::Counter& records_put_;
    base::Counter& bytes_put_;
    base::Counter& records_refused_;
    base::Counter& records_read_;
    base::Counter& bytes_read_;
    std::shared_ptr<Life> life_ = std::make_shared<Life>();

    mutable base::Mutex mutex_;
    // Ordered by account, region, name.
    std::map<std::string, std::shared_ptr<Stream>, std::less<>> by_key_ GUARDED_BY(mutex_);
    std::unordered_map<std::string, std::shared_ptr<Stream>> by_id_ GUARDED_BY(mutex_);
    base::TimerId sweep_timer_ GUARDED_BY(mutex_) = 0;
};

}  // namespace kinesis
