// One log group: its description, its streams, and the segment_log of its events. The log is opened
// at first use, so that a start with a thousand groups costs a thousand rows.
//
// A record's time is its event's timestamp, its lane the stream, its payload 8 bytes of ingestion
// time (milliseconds) and the message. So the log's own index finds where the last ten minutes
// begin, and its retention is that of the events.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"
#include "segment_log/segment_log.h"
#include "services/logs/pattern.h"
#include "services/logs/rows.h"

namespace logs {

// What AWS counts for an event beside its message.
inline constexpr std::size_t event_overhead_bytes = 26;

inline constexpr std::int64_t stats_flush_interval_ms = 5'000;
inline constexpr std::size_t streams_max = 100'000;  // a group
// One call passes over this much before it answers with what it has and where to go on.
inline constexpr std::size_t scan_bytes_max = 32 * 1024 * 1024;
inline constexpr std::size_t scan_reads_max = 256;

struct Environment {
    base::FileSystem& files;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    base::Metrics& metrics;
    const segment_log::MasterKey& master_key;
    meta_store::MetaStore& store;
};

struct Options {
    std::string directory;  // "<data>/logs", made when absent
    std::uint64_t segment_bytes_max = 16 * 1024 * 1024;
    bool relaxed_durability = false;
};

struct Tables {
    explicit Tables(meta_store::MetaStore& store)
        : groups(store, "logs.groups"),
          streams(store, "logs.streams"),
          progress(store, "logs.progress") {}
    meta_store::Table<GroupRow> groups;
    meta_store::Table<StreamRow> streams;
    meta_store::Table<ProgressRow> progress;
};

struct NewEvent {
    std::int64_t timestamp_ms = 0;
    std::string_view message;
};

struct Event {
    segment_log::Position position = 0;
    segment_log::Lane lane = 0;
    std::int64_t timestamp_ms = 0;
    std::int64_t ingestion_ms = 0;
    std::string message;
};

// Which events are wanted.
struct Selection {
    std::optional<std::set<segment_log::Lane>> lanes;  // absent: all
    std::int64_t from_ms = 0;                          // inclusive
    std::int64_t until_ms = INT64_MAX;                 // exclusive
    const Pattern* pattern = nullptr;
    std::size_t events_max = 10'000;
    std::size_t bytes_max = 1024 * 1024;  // of messages; the first event is always given
};

struct EventPage {
    std::vector<Event> events;  // in the order of the log
    segment_log::Position next = 0;
    bool at_end = false;
};

class Group : public std::enable_shared_from_this<Group> {
  public:
    Group(std::string account, std::string region, GroupRow row, const Options& options,
          const Environment& environment, const Tables& tables);
    ~Group();

    const std::string& account() const { return account_; }
    const std::string& region() const { return region_; }
    GroupRow row() const;
    bool deleted() const;
    std::int64_t stored_bytes();

    // Change the description durably; `change` must keep id and name.
    base::Result<void> update(const std::function<void(GroupRow&)>& change);
    // errors already_exists, limit
    base::Result<void> create_stream(const std::string& name);
    // errors not_found
    base::Result<void> remove_stream(const std::string& name);
    base::Result<std::optional<StreamRow>> find_stream(const std::string& name);
    // All, by name.
    base::Result<std::map<std::string, StreamRow>> streams();

    // Durable when `done` runs (as SegmentLog::append). `events` borrow only for this call.
    void append(const std::string& stream, std::span<const NewEvent> events,
                segment_log::AppendDone done);
    // At or after `from`; `from` 0 begins where the first wanted event can be.
    base::Result<EventPage> read(segment_log::Position from, const Selection& wanted);
    // The last wanted events before `before`, in the order of the log; `next` is the first of them.
    base::Result<EventPage> read_back(segment_log::Position before, const Selection& wanted);
    // After every durable event.
    base::Result<segment_log::Position> end();

    // Delete what is past retention. Does nothing when the group keeps everything.
    void expire();
    // Write the streams' counts and close the log. Idempotent.
    void stop();
    // The row goes in `changes`' batch first, then the files.
    base::Result<void> remove();

  private:
    struct Counted {
        StreamRow row;
        bool changed = false;
    };

    base::Result<segment_log::SegmentLog*> open();
    base::Result<void> open_locked() REQUIRES(mutex_);
    base::Result<void> count_from(segment_log::Position from) REQUIRES(mutex_);
    void count(const std::string& stream, std::int64_t timestamp_ms, std::int64_t ingestion_ms,
               std::size_t bytes) REQUIRES(mutex_);
    void schedule_flush() REQUIRES(mutex_);
    void flush();
    bool wanted(const segment_log::StoredRecord& record, const Selection& selection,
                std::int64_t expired_before_ms, const std::set<segment_log::Lane>& live) const;
    std::int64_t expired_before_ms() const;
    std::set<segment_log::Lane> live_lanes() const;
    static Event to_event(const segment_log::StoredRecord& record);

    const std::string account_;
    const std::string region_;
    const std::string id_;
    const Options& options_;
    const Environment& environment_;
    const Tables& tables_;

    base::Mutex changing_;  // over changes of rows, with their commit; taken before mutex_
    mutable base::Mutex mutex_;
    GroupRow row_ GUARDED_BY(mutex_);
    bool deleted_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::unique_ptr<segment_log::SegmentLog> log_ GUARDED_BY(mutex_);  // set once
    std::map<std::string, Counted> streams_ GUARDED_BY(mutex_);
    std::int64_t stored_bytes_ GUARDED_BY(mutex_) = 0;
    bool flush_scheduled_ GUARDED_BY(mutex_) = false;
    // Where the log ended when each append under way began: nothing before the least of them is
    // uncounted.
    std::multiset<segment_log::Position> under_way_ GUARDED_BY(mutex_);
};

}  // namespace logs
