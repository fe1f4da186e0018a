// Data Firehose: delivery streams from a Kinesis stream, or from records put directly, into
// objects. One row in meta_store describes a delivery stream, a second one its checkpoint; directly
// put records live in a segment_log under `<data>/delivery/<id>` until they are delivered. Delivery
// is exactly once (delivery.h).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/service.h"
#include "services/firehose/delivery.h"
#include "services/firehose/rows.h"

// One word for each file in operations/.
#define FIREHOSE_OPERATIONS(X)       \
    X(create_delivery_stream)        \
    X(delete_delivery_stream)        \
    X(describe_delivery_stream)      \
    X(list_delivery_streams)         \
    X(list_tags_for_delivery_stream) \
    X(put_record)                    \
    X(put_record_batch)              \
    X(tag_delivery_stream)           \
    X(untag_delivery_stream)         \
    X(update_destination)

// One word for each file in resources/.
#define FIREHOSE_RESOURCES(X) X(delivery_stream)

namespace firehose {

AWS_DECLARE_OPERATIONS(FIREHOSE_OPERATIONS)
AWS_DECLARE_RESOURCES(FIREHOSE_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t delivery_streams_max = 5'000;  // an account and region
inline constexpr std::size_t tags_max = 50;                 // a delivery stream
inline constexpr std::size_t batch_bytes_max = 4 * 1024 * 1024;
inline constexpr const char* destination_id = "destinationId-000000000001";

struct Options {
    std::string directory;            // "<data>/delivery", made when absent
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
    object_store::ObjectStore& objects;
    ports::StreamReader& streams;
    ports::LogWriter& logs;
    ports::MetricPublisher* publisher = nullptr;  // null: nothing is measured for CloudWatch
};

enum class Status : std::uint8_t { creating, active, deleting };
const char* to_string(Status status);

// One delivery stream as the service holds it. Any thread.
class DeliveryStream {
  public:
    DeliveryStream(std::shared_ptr<const DeliveryPlan> plan, Status status)
        : plan_(std::move(plan)), status_(status) {}

    std::shared_ptr<const DeliveryPlan> plan() const {
        base::MutexLock lock(mutex_);
        return plan_;
    }
    Status status() const {
        base::MutexLock lock(mutex_);
        return status_;
    }
    void publish(std::shared_ptr<const DeliveryPlan> plan, Status status) {
        base::MutexLock lock(mutex_);
        plan_ = std::move(plan);
        status_ = status;
    }
    void measure(base::Timestamp at, std::initializer_list<ports::Observation> observations) const {
        if (meter) meter->observe(at, {observations.begin(), observations.size()});
    }
    // Set once, before the stream is active.
    std::shared_ptr<segment_log::SegmentLog> log;  // of directly put records; null with a source
    std::shared_ptr<Delivery> delivery;
    std::shared_ptr<ports::Meter> meter;  // null: nothing is measured

  private:
    mutable base::Mutex mutex_;
    std::shared_ptr<const DeliveryPlan> plan_ GUARDED_BY(mutex_);
    Status status_ GUARDED_BY(mutex_);
};

// Outlives the last commit of the stores: stop(), then stop the stores, then destroy.
class Firehose {
  public:
    Firehose(Options options, Environment environment);
    ~Firehose();

    // Restore every delivery stream and go on delivering; place the holds on source streams. Call
    // it after the source's start() and before its first retention sweep.
    base::Result<void> start();
    void stop();

    // Deliver everything durable now of the delivery stream `name`, in whatever account and region
    // ("": of all). `done` once, when it is in objects or an attempt failed: then the first error.
    //   errors  not_found (no such delivery stream), those of the delivery
    void flush(const std::string& name, FlushDone done);

    // ---- for the operations ----
    aws::Reply<std::shared_ptr<DeliveryStream>> find(const aws::Call& call,
                                                     const std::string& name) const;
    // The same, ACTIVE and with its own log of records.
    aws::Reply<std::shared_ptr<DeliveryStream>> find_direct(const aws::Call& call,
                                                            const std::string& name) const;
    std::vector<std::shared_ptr<DeliveryStream>> list(const aws::Call& call) const;

    using Done = base::UniqueFunction<void(aws::Reply<void>)>;
    // `row` comes without id; `done` when it is durable and ACTIVE.
    void create(DeliveryStreamRow row, Done done);
    // Replace the description. ConcurrentModificationException when it changed since `before`.
    void update(std::shared_ptr<DeliveryStream> stream, std::shared_ptr<const DeliveryPlan> before,
                DeliveryStreamRow after, Done done);
    // DELETING durably; then a last delivery is tried, and everything of it is removed.
    void remove(std::shared_ptr<DeliveryStream> stream, Done done);
    // Append records; `done` gets the position of the first when all are durable.
    void put(DeliveryStream& stream, const std::vector<std::string_view>& records,
             segment_log::AppendDone done);

    base::Timestamp now() const { return environment_.clock.now(); }
    std::int64_t monotonic_ns() const { return environment_.clock.monotonic_ns(); }
    base::FileSystem& files() const { return environment_.files; }

  private:
    struct Life {
        base::Mutex mutex;
        bool stopped GUARDED_BY(mutex) = false;
    };

    static std::string key_of(std::string_view account, std::string_view region,
                              std::string_view name);
    static meta_store::Key row_key(const DeliveryStreamRow& row);
    std::string directory_of(const std::string& id) const;
    aws::Reply<void> reserve(std::shared_ptr<DeliveryStream> stream);
    void forget(const DeliveryStream& stream);
    base::Result<void> open(DeliveryStream& stream, Position checkpoint);
    base::Result<void> restore(DeliveryStreamRow row);
    void destroy_later(std::shared_ptr<DeliveryStream> stream, std::int64_t delay_ms);
    void destroy(const std::shared_ptr<DeliveryStream>& stream);
    DeliveryEnvironment delivery_environment();

    const Options options_;
    Environment environment_;
    meta_store::Table<DeliveryStreamRow> rows_;
    meta_store::Table<CheckpointRow> checkpoints_;
    std::shared_ptr<Life> life_ = std::make_shared<Life>();

    mutable base::Mutex mutex_;
    std::map<std::string, std::shared_ptr<DeliveryStream>, std::less<>> by_key_ GUARDED_BY(mutex_);
};

}  // namespace firehose
