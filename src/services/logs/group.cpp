#include "services/logs/group.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/units.h"

namespace logs {
namespace {

using base::Error;
using base::ErrorKind;
using meta_store::Changes;
using segment_log::Lane;
using segment_log::Position;

constexpr std::size_t header_bytes = sizeof(std::uint64_t);
constexpr std::size_t read_records_max = 2000;
constexpr std::size_t read_bytes_max = 1024 * 1024;

std::string_view message_of(const segment_log::StoredRecord& record) {
    return record.payload.substr(std::min(header_bytes, record.payload.size()));
}
std::int64_t ingestion_of(const segment_log::StoredRecord& record) {
    if (record.payload.size() < header_bytes) return 0;
    return static_cast<std::int64_t>(base::load_fixed<std::uint64_t>(record.payload.data()));
}

}  // namespace

Group::Group(std::string account, std::string region, GroupRow row, const Options& options,
             const Environment& environment, const Tables& tables)
    : account_(std::move(account)),
      region_(std::move(region)),
      id_(row.id),
      options_(options),
      environment_(environment),
      tables_(tables),
      row_(std::move(row)) {}

Group::~Group() = default;

GroupRow Group::row() const {
    base::MutexLock lock(mutex_);
    return row_;
}

bool Group::deleted() const {
    base::MutexLock lock(mutex_);
    return deleted_;
}

std::int64_t Group::stored_bytes() {
    base::MutexLock lock(mutex_);
    if (log_ != nullptr) return stored_bytes_;
    auto progress = tables_.progress.get({id_});
    return progress && progress.value() ? progress.value()->stored_bytes : 0;
}

// ---- opening ----

base::Result<segment_log::SegmentLog*> Group::open() {
    base::MutexLock lock(mutex_);
    if (deleted_) return Error{ErrorKind::not_found, "the log group was deleted", row_.name};
    if (log_ == nullptr) {
        if (stopped_) return Error{ErrorKind::unavailable, "the server is stopping", row_.name};
        TRY_VOID(open_locked());
    }
    return log_.get();
}

base::Result<void> Group::open_locked() {
    auto opened = segment_log::SegmentLog::open(
        {.directory = options_.directory + "/" + id_,
         .segment_bytes_max = options_.segment_bytes_max,
         .relaxed_durability = options_.relaxed_durability},
        {environment_.files, environment_.clock, environment_.random, environment_.executor,
         environment_.log, environment_.master_key});
    if (!opened) {
        environment_.log.error("a log group does not open",
                               {{"group", row_.name}, {"error", opened.error().describe()}});
        return opened.error();
    }
    std::map<std::string, Counted> streams;
    TRY_VOID(tables_.streams.scan({id_}, [&](std::string_view key, const StreamRow& row) {
        streams[meta_store::Key::split(key).back()].row = row;
        return true;
    }));
    streams_ = std::move(streams);
    TRY(progress, tables_.progress.get({id_}));
    const ProgressRow from = progress.value_or(ProgressRow());
    stored_bytes_ = from.stored_bytes;
    log_ = std::move(opened.value());
    auto counted = count_from(static_cast<Position>(from.counted_until));
    if (!counted) {
        log_->stop();
        log_.reset();
    }
    return counted;
}

// Events whose count did not reach the store before the last end of the process.
base::Result<void> Group::count_from(Position from) {
    std::unordered_map<Lane, const std::string*> names;
    for (const auto& [name, stream] : streams_) {
        names[static_cast<Lane>(stream.row.lane)] = &name;
    }
    while (true) {
        TRY(batch, log_->read(from, {.records_max = read_records_max}));
        for (const auto& record : batch.records) {
            const auto name = names.find(record.lane);
            if (name == names.end()) continue;
            count(*name->second, record.time.ms, ingestion_of(record), message_of(record).size());
        }
        from = batch.next;
        if (batch.at_end) return base::ok();
    }
}

// ---- description and streams ----

base::Result<void> Group::update(const std::function<void(GroupRow&)>& change) {
    base::MutexLock changing(changing_);
    GroupRow changed = row();
    change(changed);
    const meta_store::Key key{account_, region_, changed.name};
    Changes changes;
    changes.require_present(tables_.groups.key(key));
    tables_.groups.put(changes, key, changed);
    TRY_VOID(environment_.store.commit(std::move(changes)));
    base::MutexLock lock(mutex_);
    row_ = std::move(changed);
    return base::ok();
}

base::Result<void> Group::create_stream(const std::string& name) {
    TRY_VOID(open());
    base::MutexLock changing(changing_);
    GroupRow group = row();
    {
        base::MutexLock lock(mutex_);
        if (deleted_) return Error{ErrorKind::not_found, "the log group was deleted", group.name};
        if (streams_.contains(name)) {
            return Error{ErrorKind::already_exists, "the stream exists", name};
        }
        if (streams_.size() >= streams_max) {
            return Error{ErrorKind::limit, "too many streams in the group", group.name};
        }
    }
    StreamRow stream;
    stream.lane = group.next_lane++;
    stream.created = environment_.clock.now();
    const meta_store::Key key{account_, region_, group.name};
    Changes changes;
    changes.require_present(tables_.groups.key(key));
    tables_.groups.put(changes, key, group);
    tables_.streams.put(changes, {id_, name}, stream);
    TRY_VOID(environment_.store.commit(std::move(changes)));
    base::MutexLock lock(mutex_);
    row_ = std::move(group);
    streams_[name].row = stream;
    return base::ok();
}

base::Result<void> Group::remove_stream(const std::string& name) {
    TRY_VOID(open());
    base::MutexLock changing(changing_);
    Changes changes;
    changes.require_present(tables_.streams.key({id_, name}));
    tables_.streams.erase(changes, {id_, name});
    TRY_VOID(environment_.store.commit(std::move(changes)));
    base::MutexLock lock(mutex_);
    const auto at = streams_.find(name);
    if (at == streams_.end()) return base::ok();
    stored_bytes_ -= at->second.row.stored_bytes;
    streams_.erase(at);
    return base::ok();
}

base::Result<std::optional<StreamRow>> Group::find_stream(const std::string& name) {
    TRY_VOID(open());
    base::MutexLock lock(mutex_);
    const auto at = streams_.find(name);
    if (at == streams_.end()) return std::optional<StreamRow>();
    return std::optional<StreamRow>(at->second.row);
}

base::Result<std::map<std::string, StreamRow>> Group::streams() {
    TRY_VOID(open());
    std::map<std::string, StreamRow> all;
    base::MutexLock lock(mutex_);
    for (const auto& [name, stream] : streams_)
        all.emplace(name, stream.row);
    return all;
}

// ---- events ----

void Group::append(const std::string& stream, std::span<const NewEvent> events,
                   segment_log::AppendDone done) {
    auto log = open();
    if (!log) return done(log.error());
    const std::int64_t now_ms = environment_.clock.now().ms;
    segment_log::PackedBatch batch;
    std::size_t bytes = 0;
    for (const auto& event : events)
        bytes += header_bytes + event.message.size();
    batch.payloads.reserve(bytes);
    batch.heads.reserve(events.size());
    std::int64_t newest_ms = INT64_MIN;
    std::int64_t oldest_ms = INT64_MAX;
    std::size_t message_bytes = 0;
    Position ended = 0;
    {
        base::MutexLock lock(mutex_);
        const auto at = streams_.find(stream);
        if (at == streams_.end()) {
            lock.unlock();
            return done(Error{ErrorKind::not_found, "the stream does not exist", stream});
        }
        const auto lane = static_cast<Lane>(at->second.row.lane);
        for (const auto& event : events) {
            batch.heads.push_back({lane,
                                   static_cast<std::uint32_t>(header_bytes + event.message.size()),
                                   base::Timestamp{event.timestamp_ms}});
            base::append_fixed(batch.payloads, static_cast<std::uint64_t>(now_ms));
            batch.payloads.append(event.message);
            newest_ms = std::max(newest_ms, event.timestamp_ms);
            oldest_ms = std::min(oldest_ms, event.timestamp_ms);
            message_bytes += event.message.size() + event_overhead_bytes;
        }
        ended = log_->end();
        under_way_.insert(ended);
    }
    log.value()->append_packed(
        std::move(batch), [self = shared_from_this(), stream, ended, newest_ms, oldest_ms, now_ms,
                           message_bytes, done = std::move(done)](auto first) mutable {
            {
                base::MutexLock lock(self->mutex_);
                self->under_way_.erase(self->under_way_.find(ended));
                if (first) {
                    self->count(stream, oldest_ms, now_ms, 0);
                    self->count(stream, newest_ms, now_ms, message_bytes - event_overhead_bytes);
                    self->schedule_flush();
                }
            }
            done(std::move(first));
        });
}

bool Group::wanted(const segment_log::StoredRecord& record, const Selection& selection,
                   std::int64_t expired_before, const std::set<Lane>& live) const {
    if (record.time.ms < selection.from_ms || record.time.ms >= selection.until_ms) return false;
    if (record.time.ms < expired_before || !live.contains(record.lane)) return false;
    if (selection.lanes && !selection.lanes->contains(record.lane)) return false;
    return selection.pattern == nullptr || selection.pattern->matches(message_of(record));
}

Event Group::to_event(const segment_log::StoredRecord& record) {
    return {record.position, record.lane, record.time.ms, ingestion_of(record),
            std::string(message_of(record))};
}

std::set<Lane> Group::live_lanes() const {
    base::MutexLock lock(mutex_);
    std::set<Lane> live;
    for (const auto& [name, stream] : streams_)
        live.insert(static_cast<Lane>(stream.row.lane));
    return live;
}

std::int64_t Group::expired_before_ms() const {
    base::MutexLock lock(mutex_);
    if (!row_.retention_days) return INT64_MIN;
    return environment_.clock.now().ms - *row_.retention_days * base::day_ms;
}

base::Result<Position> Group::end() {
    TRY(log, open());
    return log->end();
}

base::Result<EventPage> Group::read(Position from, const Selection& selection) {
    TRY(log, open());
    const auto live = live_lanes();
    const std::int64_t expired_before = expired_before_ms();
    segment_log::ReadLimits limits{.records_max = read_records_max, .bytes_max = read_bytes_max};
    if (selection.lanes && selection.lanes->size() == 1) limits.lane = *selection.lanes->begin();
    const std::int64_t begin_ms = std::max(selection.from_ms, expired_before);
    if (from == 0 && begin_ms > 0) {
        TRY(found, log->find_time(0, base::Timestamp{begin_ms}));
        from = found;
    }
    EventPage page;
    page.next = from;
    std::size_t bytes = 0;
    std::size_t scanned = 0;
    for (std::size_t reads = 0; reads < scan_reads_max && scanned < scan_bytes_max; ++reads) {
        TRY(batch, log->read(page.next, limits));
        for (const auto& record : batch.records) {
            scanned += record.payload.size();
            if (!wanted(record, selection, expired_before, live)) continue;
            const std::size_t size = message_of(record).size();
            const bool full = page.events.size() == selection.events_max ||
                              (!page.events.empty() && bytes + size > selection.bytes_max);
            if (full) {
                page.next = record.position;
                return page;
            }
            bytes += size;
            page.events.push_back(to_event(record));
        }
        page.next = batch.next;
        page.at_end = batch.at_end;
        if (batch.at_end) break;
    }
    return page;
}

base::Result<EventPage> Group::read_back(Position before, const Selection& selection) {
    TRY(log, open());
    const auto live = live_lanes();
    const std::int64_t expired_before = expired_before_ms();
    segment_log::ReadLimits limits{.records_max = read_records_max, .bytes_max = read_bytes_max};
    if (selection.lanes && selection.lanes->size() == 1) limits.lane = *selection.lanes->begin();
    EventPage page;
    page.next = before;
    std::size_t bytes = 0;
    std::size_t scanned = 0;
    const auto segments = log->segments();
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
        if (segment->first == 0 || segment->first >= before) continue;
        if (segment->newest.ms < std::max(selection.from_ms, expired_before)) continue;
        std::vector<Event> here;
        Position at = segment->first;
        while (at < before && at <= segment->last) {
            TRY(batch, log->read(at, limits));
            for (const auto& record : batch.records) {
                if (record.position >= before || record.position > segment->last) break;
                scanned += record.payload.size();
                if (wanted(record, selection, expired_before, live)) {
                    here.push_back(to_event(record));
                }
            }
            at = batch.next;
            if (batch.at_end) break;
        }
        for (auto event = here.rbegin(); event != here.rend(); ++event) {
            const bool full =
                page.events.size() == selection.events_max ||
                (!page.events.empty() && bytes + event->message.size() > selection.bytes_max);
            if (full) {
                std::reverse(page.events.begin(), page.events.end());
                return page;
            }
            bytes += event->message.size();
            page.next = event->position;
            page.events.push_back(std::move(*event));
        }
        if (scanned >= scan_bytes_max && !page.events.empty()) break;
    }
    std::reverse(page.events.begin(), page.events.end());
    page.at_end = true;
    return page;
}

// ---- counts ----

void Group::count(const std::string& stream, std::int64_t timestamp_ms, std::int64_t ingestion_ms,
                  std::size_t bytes) {
    const auto at = streams_.find(stream);
    if (at == streams_.end()) return;  // deleted meanwhile
    StreamRow& row = at->second.row;
    const base::Timestamp time{timestamp_ms};
    row.first_event = std::min(row.first_event.value_or(time), time);
    row.last_event = std::max(row.last_event.value_or(time), time);
    const base::Timestamp ingestion{ingestion_ms};
    row.last_ingestion = std::max(row.last_ingestion.value_or(ingestion), ingestion);
    if (bytes > 0) {
        const auto stored = static_cast<std::int64_t>(bytes + event_overhead_bytes);
        row.stored_bytes += stored;
        stored_bytes_ += stored;
    }
    at->second.changed = true;
}

void Group::schedule_flush() {
    if (flush_scheduled_ || stopped_ || deleted_) return;
    flush_scheduled_ = true;
    environment_.executor.after(stats_flush_interval_ms, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->flush();
    });
}

void Group::flush() {
    Changes changes;
    {
        base::MutexLock lock(mutex_);
        flush_scheduled_ = false;
        if (deleted_ || log_ == nullptr) return;
        for (auto& [name, stream] : streams_) {
            if (!stream.changed) continue;
            stream.changed = false;
            const std::string key = tables_.streams.key({id_, name});
            changes.require_present(key);  // else a stream deleted now would come back
            tables_.streams.put(changes, {id_, name}, stream.row);
        }
        if (changes.empty()) return;
        const Position counted = under_way_.empty() ? log_->end() : *under_way_.begin();
        tables_.progress.put(changes, {id_}, {static_cast<std::int64_t>(counted), stored_bytes_});
    }
    // What does not reach the store is counted again from the log at the next open.
    auto written = environment_.store.commit(std::move(changes));
    if (!written && written.error().kind != ErrorKind::not_found) {
        environment_.log.warn("the counts of a log group were not written",
                              {{"group", id_}, {"error", written.error().describe()}});
    }
}

// ---- the end of events, and of the group ----

void Group::expire() {
    const std::int64_t before = expired_before_ms();
    if (before == INT64_MIN) return;
    auto log = open();
    if (!log) return;
    auto removed = log.value()->expire(base::Timestamp{before});
    if (!removed) {
        environment_.log.warn("retention of a log group failed",
                              {{"group", id_}, {"error", removed.error().describe()}});
    }
}

void Group::stop() {
    segment_log::SegmentLog* log = nullptr;
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        log = log_.get();
    }
    if (log == nullptr) return;
    log->stop();
    flush();
}

base::Result<void> Group::remove() {
    {
        base::MutexLock changing(changing_);
        Changes changes;
        {
            base::MutexLock lock(mutex_);
            const std::string key = tables_.groups.key({account_, region_, row_.name});
            changes.require_present(key);
            changes.erase(key);
        }
        tables_.progress.erase(changes, {id_});
        TRY_VOID(tables_.streams.scan({id_}, [&](std::string_view key, const StreamRow&) {
            changes.erase(tables_.streams.key({id_, meta_store::Key::split(key).back()}));
            return true;
        }));
        TRY_VOID(environment_.store.commit(std::move(changes)));
        base::MutexLock lock(mutex_);
        deleted_ = true;
    }
    stop();
    const std::string directory = options_.directory + "/" + id_;
    if (!base::exists(environment_.files, directory)) return base::ok();
    // What stays is removed at the next start.
    auto destroyed = segment_log::destroy(environment_.files, directory);
    if (!destroyed) {
        environment_.log.warn("the files of a deleted log group stay until the next start",
                              {{"group", id_}, {"error", destroyed.error().describe()}});
    }
    return base::ok();
}

}  // namespace logs
