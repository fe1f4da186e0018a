#include "services/kinesis/stream.h"

#include <algorithm>

#include "aws/call.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/stored_record.h"

namespace kinesis {

const char* to_string(StreamStatus status) {
    switch (status) {
        case StreamStatus::creating:
            return "CREATING";
        case StreamStatus::active:
            return "ACTIVE";
        case StreamStatus::deleting:
            return "DELETING";
    }
    return "";
}

StreamState::StreamState(StreamRow stream_row, StreamStatus stream_status)
    : row(std::move(stream_row)),
      status(stream_status),
      arn(aws::make_arn("kinesis", row.region, row.account, "stream/" + row.name)) {
    for (std::size_t i = 0; i < row.shards.size(); ++i) {
        // Rows are ours: split_evenly made them, so they parse and ascend.
        last_keys.push_back(parse_hash_key(row.shards[i].last_hash_key).value_or(hash_key_max));
        shard_ids.push_back(format_shard_id(static_cast<segment_log::Lane>(i)));
    }
}

segment_log::Lane StreamState::route(HashKey key) const {
    const auto at = std::lower_bound(last_keys.begin(), last_keys.end(), key);
    return static_cast<segment_log::Lane>(at - last_keys.begin());
}

aws::Reply<segment_log::Lane> StreamState::find_shard(const std::string& shard_id) const {
    const std::size_t dash = shard_id.rfind('-');
    const std::string digits = dash == std::string::npos ? shard_id : shard_id.substr(dash + 1);
    std::uint64_t number = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9' || number > 2'147'483'647) {
            return faults::shard_unknown(shard_id, row.name, row.account);
        }
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (digits.empty() || number > 2'147'483'647 ||
        (dash != std::string::npos && shard_id.substr(0, dash) != "shardId")) {
        return faults::shard_unknown(shard_id, row.name, row.account);
    }
    const auto shard = static_cast<segment_log::Lane>(number);
    if (shard >= row.shards.size()) {
        return faults::shard_not_found(format_shard_id(shard), row.name, row.account);
    }
    return shard;
}

Stream::Stream(StreamRow row, StreamStatus status, bool aws_limits)
    : id_(row.id),
      sequence_numbers_(row.id, row.created.ms),
      limited_(aws_limits),
      limits_(aws_limits ? row.shards.size() : 0) {
    state_ = std::make_shared<const StreamState>(std::move(row), status);
}

std::shared_ptr<const StreamState> Stream::state() const {
    base::MutexLock lock(mutex_);
    return state_;
}

segment_log::SegmentLog* Stream::log() const {
    base::MutexLock lock(mutex_);
    return log_.get();
}

void Stream::open(std::unique_ptr<segment_log::SegmentLog> log) {
    base::MutexLock lock(mutex_);
    log_ = std::move(log);
}

void Stream::publish(StreamRow row, StreamStatus status) {
    auto next = std::make_shared<const StreamState>(std::move(row), status);
    base::MutexLock lock(mutex_);
    state_ = std::move(next);
}

void Stream::put(const std::vector<NewRecord>& records, base::Timestamp now,
                 std::int64_t monotonic_ns, PutDone done) {
    const auto current = state();
    auto* target = log();
    if (target == nullptr) {
        done(base::Error{base::ErrorKind::internal, "the stream's log could not be opened", id_});
        return;
    }
    const bool encrypted = !current->row.encryption_key_id.empty();
    std::vector<PutResult> results(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& record = records[i];
        results[i].shard =
            current->route(record.explicit_hash_key ? *record.explicit_hash_key
                                                    : hash_partition_key(record.partition_key));
    }
    if (limited_) throttle(records, monotonic_ns, results);
    segment_log::PackedBatch batch;
    std::size_t bytes = 0;
    for (const auto& record : records) {
        bytes += record.data.size() + record.partition_key.size() + record_trailer_fixed_bytes_max;
    }
    batch.payloads.reserve(bytes);
    batch.heads.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (results[i].throttled) continue;
        const auto& record = records[i];
        const std::size_t length = append_record(batch.payloads, record.data, record.partition_key,
                                                 record.explicit_hash_key, encrypted);
        batch.heads.push_back({results[i].shard, static_cast<std::uint32_t>(length), now});
    }
    if (batch.heads.empty()) {
        done(std::move(results));
        return;
    }
    target->append_packed(std::move(batch), [results = std::move(results), done = std::move(done)](
                                                base::Result<segment_log::Position> first) mutable {
        if (!first) {
            done(first.error());
            return;
        }
        segment_log::Position next = first.value();
        for (auto& result : results) {
            if (!result.throttled) result.position = next++;
        }
        done(std::move(results));
    });
}

void Stream::throttle(const std::vector<NewRecord>& records, std::int64_t monotonic_ns,
                      std::vector<PutResult>& results) {
    base::MutexLock lock(limits_mutex_);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto bytes = records[i].data.size() + records[i].partition_key.size();
        results[i].throttled =
            !limits_[results[i].shard].admit_write(static_cast<double>(bytes), monotonic_ns);
    }
}

base::Result<bool> Stream::read_more(segment_log::Lane shard, std::size_t records_max,
                                     std::size_t bytes_max, base::Timestamp horizon,
                                     ReadAnswer* answer) const {
    auto* source = log();
    TRY(batch, source->read(answer->next,
                            {.lane = shard, .records_max = records_max, .bytes_max = bytes_max}));
    answer->next = batch.next;
    bool expired = false;
    for (const auto& stored : batch.records) {
        if (stored.time < horizon) {
            expired = true;
            continue;
        }
        TRY(record, read_record(stored.payload));
        answer->records.push_back(
            {stored.position, stored.time, record.data, record.partition_key, record.encrypted});
    }
    if (answer->records.empty() && expired && !batch.at_end) {
        // Only expired ones, which something still holds: jump over the rest of them.
        TRY(live, source->find_time(batch.next, horizon));
        answer->next = std::max(answer->next, live);
    }
    if (!answer->records.empty()) answer->memory = std::move(batch.memory);
    return batch.at_end;
}

base::Result<ReadAnswer> Stream::read(segment_log::Lane shard, segment_log::Position from,
                                      std::size_t records_max, std::size_t bytes_max,
                                      base::Timestamp now) const {
    auto* source = log();
    if (source == nullptr) {
        return base::Error{base::ErrorKind::internal, "the stream's log could not be opened", id_};
    }
    const base::Timestamp horizon = state()->horizon(now);
    ReadAnswer answer;
    answer.next = from;
    bool at_end = false;
    // More than one turn only over stretches of other shards' and expired records; bounded, so that
    // one call does a bounded amount of work: then it answers empty, as AWS does.
    constexpr int turns_max = 16;
    for (int turn = 0; turn < turns_max && answer.records.empty() && !at_end; ++turn) {
        TRY(end, read_more(shard, records_max, bytes_max, horizon, &answer));
        at_end = end;
    }
    if (at_end) return answer;
    // Something of another shard may be all that follows; the distance is that of the next record.
    ReadAnswer following;
    following.next = answer.next;
    TRY_VOID(read_more(shard, 1, 1, horizon, &following));
    if (!following.records.empty()) {
        answer.behind_ms = std::max<std::int64_t>(0, now.ms - following.records[0].arrived.ms);
    }
    return answer;
}

bool Stream::admit_read(segment_log::Lane shard, std::int64_t monotonic_ns) {
    if (!limited_) return true;
    base::MutexLock lock(limits_mutex_);
    return limits_[shard].admit_read(monotonic_ns);
}

void Stream::charge_read(segment_log::Lane shard, std::size_t bytes) {
    if (!limited_) return;
    base::MutexLock lock(limits_mutex_);
    limits_[shard].charge_read(static_cast<double>(bytes));
}

Stream::Enqueued Stream::enqueue(Update& update) {
    base::MutexLock lock(mutex_);
    if (updates_.size() >= updates_max) return Enqueued::full;
    updates_.push_back(std::move(update));
    if (updating_) return Enqueued::queued;
    updating_ = true;
    return Enqueued::run;
}

std::optional<Stream::Update> Stream::next_update() {
    base::MutexLock lock(mutex_);
    if (updates_.empty()) {
        updating_ = false;
        return std::nullopt;
    }
    Update update = std::move(updates_.front());
    updates_.pop_front();
    return update;
}

}  // namespace kinesis
