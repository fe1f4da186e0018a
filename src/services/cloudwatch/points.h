// The data points on disk. One task at a time writes them, so that reading a block, adding to it
// and storing it need no lock: everything that has queued is added up and committed together, one
// sync for all. What the services measured (meters.h) is written the same way once a minute.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"
#include "services/cloudwatch/meters.h"
#include "services/cloudwatch/metric.h"

namespace cloudwatch {

inline constexpr std::size_t metrics_max = 1'000'000;       // of all accounts
inline constexpr std::size_t queued_samples_max = 100'000;  // waiting to be written
inline constexpr std::size_t batch_samples_max = 10'000;    // written together
inline constexpr std::int64_t tick_ms = 10'000;
inline constexpr std::int64_t flush_interval_ms = 60'000;     // of what services measured
inline constexpr std::int64_t sweep_interval_ms = 900'000;    // of what has grown old
inline constexpr std::size_t sweep_metrics_max = 200;         // looked at in one turn
inline constexpr std::int64_t active_step_ms = 600'000;       // of MetricRow::active
inline constexpr std::int64_t listed_ms = 14 * base::day_ms;  // without data

// Stored points that one request may read.
inline constexpr std::size_t read_points_max = 1'000'000;

class Batch;

class Points {
  public:
    struct Environment {
        base::Clock& clock;
        base::Executor& executor;
        base::Log& log;
        meta_store::MetaStore& store;
        Meters& meters;
    };
    Points(Environment environment, std::size_t metrics_most);
    ~Points();

    base::Result<void> start();
    // Write what is queued and what was measured; refuse more. Destroy after the executor ended.
    void stop();

    // errors  limit (metrics_max; the queue: unavailable), those of the store
    using Done = base::UniqueFunction<void(base::Result<void>)>;
    // `done` once, on the executor, when all samples are durable or none is stored.
    void put(std::vector<Sample> samples, Done done);
    // Write what services measured now.
    void flush(Done done);
    // Some metric was measured for the first time, and list() does not know it before a flush.
    bool has_fresh() const { return environment_.meters.has_fresh(); }
    // Add up and remove what has grown too old now, all of it.
    void sweep(Done done);

    struct Range {
        std::int64_t start_s = 0;
        std::int64_t end_s = 0;  // not in it
        std::int64_t period_s = 60;
        std::optional<Unit> unit;  // absent: any
        bool values = false;       // distributions too
    };
    // What the metric has in the range, a bucket a period and unit, in order. Buckets begin at
    // start_s + n * period_s. What is stored more coarsely than a period is left out, as at AWS.
    //   budget  points that may still be read, lowered by those that were
    //   errors  limit (budget), corrupt
    base::Result<std::vector<Bucket>> read(const Metric& metric, const Range& range,
                                           std::size_t& budget) const;

    // Metrics of an account and region that had data in the last two weeks, in order of their keys,
    // from `first` on (the beginning of an encoded key; "": all). `visit` gets the encoded key, and
    // returns false to stop.
    base::Result<void> list(const std::string& account, const std::string& region,
                            const std::optional<std::string>& metric_namespace,
                            const std::string& first,
                            const std::function<bool(std::string_view, MetricRow&)>& visit) const;

  private:
    struct Request {
        std::vector<Sample> samples;
        Done done;
    };
    enum class Writer : std::uint8_t { idle, posted, writing };

    void wake() REQUIRES(mutex_);
    void write();
    bool write_turn();
    void write_requests(std::vector<Request> requests);
    base::Result<void> write_measured();
    base::Result<void> commit_measured(const std::vector<Sample>& samples);
    // One turn; true when there is more.
    base::Result<bool> sweep_turn();
    base::Result<void> sweep_metric(std::string_view key, const MetricRow& row, Batch& batch);
    void tick();
    void arm() REQUIRES(mutex_);

    // What services measured, on its way to the disk. Only the writer changes points, so what the
    // store held before is, with these samples, what it will hold after.
    struct Flushing {
        std::shared_ptr<const std::vector<Sample>> samples;
        std::shared_ptr<const meta_store::Snapshot> before;
    };
    // What a reader sees: each measured sample either in the snapshot or in the list.
    struct View {
        std::shared_ptr<const meta_store::Snapshot> snapshot;
        std::vector<Sample> measured;
    };
    View view(const Metric& metric) const;

    const Environment environment_;
    const std::size_t metrics_most_;
    const meta_store::Table<MetricRow> metrics_;
    const meta_store::Table<BlockRow> blocks_;

    // For a moment at the beginning and end of a flush and of reading, so that a reader finds a
    // measured sample in one place; never held over a wait for the disk.
    mutable base::Mutex visible_;
    Flushing flushing_ GUARDED_BY(visible_);  // null: no flush is under way

    base::Mutex mutex_;
    base::ConditionVariable changed_;
    Writer writer_ GUARDED_BY(mutex_) = Writer::idle;
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::vector<Request> queue_ GUARDED_BY(mutex_);
    std::size_t queued_samples_ GUARDED_BY(mutex_) = 0;
    bool flush_wanted_ GUARDED_BY(mutex_) = false;
    std::vector<Done> flushes_ GUARDED_BY(mutex_);
    bool sweep_wanted_ GUARDED_BY(mutex_) = false;
    std::vector<Done> sweeps_ GUARDED_BY(mutex_);
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;
    std::int64_t flushed_ns_ GUARDED_BY(mutex_) = 0;
    std::int64_t swept_ns_ GUARDED_BY(mutex_) = 0;

    // the writer's
    std::size_t metrics_count_ = 0;
    std::string sweep_from_;  // where the sweep under way goes on
};

}  // namespace cloudwatch
