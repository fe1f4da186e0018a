// The delivery of one stream, exactly once: records are read from the source in order into an
// object that has no name yet; when the buffer is full or old enough, one durable batch names the
// object and moves the checkpoint behind its last record. A crash before that batch leaves nothing,
// after it everything.
#pragma once

#include <condition_variable>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"
#include "object_store/object_store.h"
#include "services/firehose/buffer.h"
#include "services/firehose/measures.h"
#include "services/firehose/prefix.h"
#include "services/firehose/rows.h"
#include "services/firehose/source.h"
#include "services/firehose/time_zone.h"
#include "services/ports/ports.h"
#include "wire/gzip.h"

namespace firehose {

inline constexpr std::size_t piece_records_max = 5'000;  // read from the source at once
inline constexpr std::size_t piece_bytes_max = 1024 * 1024;
inline constexpr int pieces_per_turn_max = 8;  // then other tasks get the thread
// IntervalInSeconds 0: soon, but not an object for every few records.
inline constexpr std::int64_t interval_ms_min = 1'000;
inline constexpr std::int64_t gather_ms = 20;  // after a wake, before reading
inline constexpr std::int64_t retry_ms_min = 1'000;
inline constexpr std::int64_t retry_ms_max = 60'000;
inline constexpr std::size_t flushes_waiting_max = 1'000;

struct FlushReport {
    std::uint64_t objects = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;  // before compression
};
using FlushDone = base::UniqueFunction<void(base::Result<FlushReport>)>;

// What a delivery needs to know of its stream; immutable.
struct DeliveryPlan {
    DeliveryStreamRow row;
    std::string arn;
    std::string bucket;
    BufferingHints hints;
    Prefixes prefixes;
    TimeZone time_zone;

    // errors  invalid (the prefixes break a rule), not_found (time zone)
    static base::Result<std::shared_ptr<const DeliveryPlan>> make(DeliveryStreamRow row,
                                                                  base::FileSystem& files);
    bool gzip() const { return row.destination.compression == "GZIP"; }
    std::string object_key(base::Timestamp oldest, base::Random& random) const;
};

struct DeliveryEnvironment {
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    meta_store::MetaStore& store;
    object_store::ObjectStore& objects;
    ports::LogWriter& logs;
    base::Counter& records;
    base::Counter& bytes;
    base::Counter& delivered_objects;
    base::Counter& failures;
    std::shared_ptr<ports::Meter> meter = nullptr;  // null: nothing is measured
};

class Delivery : public std::enable_shared_from_this<Delivery> {
  public:
    Delivery(DeliveryEnvironment environment, std::shared_ptr<const DeliveryPlan> plan,
             std::unique_ptr<Source> source, Position checkpoint);

    // Place the hold, watch the source, and look at what waits there.
    void start();
    // Deliver everything that is durable in the source now; `done` once, when it is in objects, or
    // when an attempt failed (retries go on), or when stopped.
    void flush(FlushDone done);
    // Go on by another plan; what is buffered is begun anew under it.
    void change(std::shared_ptr<const DeliveryPlan> plan);
    // Ends background work and returns when none runs; a commit under way may still end. Not from a
    // task that this delivery runs. Idempotent.
    void stop();
    // After stop(), for deletion: let the source go.
    void release_source() { source_->release(); }

    static meta_store::Table<CheckpointRow> checkpoints(meta_store::MetaStore& store) {
        return {store, "firehose.checkpoints"};
    }

  private:
    // Who may touch the fields below `turn`: the task of phase `pumping`, and what follows it until
    // the phase is `idle` again.
    enum class Phase : std::uint8_t { idle, scheduled, pumping, committing, waiting, stopped };

    // The object under construction.
    struct Draft {
        std::unique_ptr<object_store::ObjectWriter> writer;
        std::optional<wire::GzipWriter> gzip;
        std::string ready;  // bytes of the object that were not written yet
    };
    struct Waiter {
        FlushDone done;
        FlushReport report;
        std::optional<Position> target;  // set when its first turn begins
    };

    void wake(std::int64_t delay_ms);
    void pump();
    void begin_turn();
    enum class Filled : std::uint8_t { more, at_end, due };
    base::Result<Filled> fill();
    base::Result<void> add(const SourceRecord& record);
    bool flush_reached() const;
    void end_turn(std::int64_t wake_after_ms);  // < 0: no timer
    void next_turn();
    void answer_reached_flushes();
    void fail_flushes(const base::Error& error);
    void commit();
    void name_object(std::unique_ptr<object_store::PreparedObject> prepared);
    void committed(const std::string& key, base::Result<object_store::ObjectInfo> info);
    void failed(const base::Error& error);
    // The same, of an object that could not be put.
    void put_failed(const base::Error& error);
    void measure(std::initializer_list<ports::Observation> observations) const;
    double age_s(const Buffer& buffer) const;
    void measure_read(std::uint64_t records, std::uint64_t bytes, base::Timestamp newest,
                      bool at_end) const;
    void write_failure_line(const base::Error& error);
    void write_log_line(const std::string& message, std::optional<std::string> error_code);
    void reset(Position position);

    const DeliveryEnvironment environment_;
    const std::unique_ptr<Source> source_;
    const meta_store::Table<CheckpointRow> checkpoints_;

    base::Mutex mutex_;
    base::ConditionVariable phase_changed_;
    Phase phase_ GUARDED_BY(mutex_) = Phase::idle;
    bool woken_ GUARDED_BY(mutex_) = false;  // while pumping or committing: look again
    bool stopping_ GUARDED_BY(mutex_) = false;
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;
    std::vector<Waiter> new_waiters_ GUARDED_BY(mutex_);
    std::shared_ptr<const DeliveryPlan> new_plan_ GUARDED_BY(mutex_);

    // turn
    std::shared_ptr<const DeliveryPlan> plan_;
    std::vector<Waiter> waiters_;
    Position checkpoint_;
    Buffer buffer_;
    Draft draft_;
    int attempts_ = 0;
    bool source_gone_ = false;
    bool at_end_ = false;
};

}  // namespace firehose
