// Streams as other services read them: whole, in the order of the log, whatever their retention
// says, as long as they hold them.
#include "services/kinesis/kinesis.h"
#include "services/kinesis/stored_record.h"

namespace kinesis {
namespace {

base::Error gone(const std::string& what) {
    return {base::ErrorKind::not_found, "no such stream", what};
}

}  // namespace

base::Result<ports::StreamInfo> Kinesis::find_stream(const std::string& arn) const {
    std::vector<std::shared_ptr<Stream>> streams;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [id, stream] : by_id_)
            streams.push_back(stream);
    }
    for (const auto& stream : streams) {
        const auto state = stream->state();
        if (state->arn != arn || state->status != StreamStatus::active) continue;
        const auto* log = stream->log();
        if (log == nullptr) {
            return base::Error{base::ErrorKind::unavailable, "the stream's log is damaged", arn};
        }
        return ports::StreamInfo{state->arn, stream->id(), state->row.name, log->end()};
    }
    return gone(arn);
}

base::Result<ports::StreamBatch> Kinesis::read_stream(const std::string& id, std::uint64_t from,
                                                      std::size_t records_max,
                                                      std::size_t bytes_max) const {
    const auto stream = by_id(id);
    if (!stream || stream->state()->status != StreamStatus::active) return gone(id);
    const auto* log = stream->log();
    if (log == nullptr) {
        return base::Error{base::ErrorKind::unavailable, "the stream's log is damaged", id};
    }
    const auto state = stream->state();
    TRY(batch, log->read(from, {.records_max = records_max, .bytes_max = bytes_max}));
    ports::StreamBatch answer;
    answer.next = batch.next;
    answer.at_end = batch.at_end;
    answer.records.reserve(batch.records.size());
    for (const auto& stored : batch.records) {
        TRY(record, read_record(stored.payload));
        answer.records.push_back(
            {stored.position, stream->sequence_numbers().format({stored.lane, stored.position}),
             stored.lane < state->shard_ids.size() ? state->shard_ids[stored.lane]
                                                   : format_shard_id(stored.lane),
             std::string(record.partition_key), stored.time, record.data});
    }
    // Keeps the stream too: its log may be destroyed while the batch is being used.
    struct Memory {
        std::shared_ptr<Stream> stream;
        std::vector<std::shared_ptr<const std::string>> parts;
    };
    answer.memory = std::make_shared<const Memory>(Memory{stream, std::move(batch.memory)});
    return answer;
}

std::uint64_t Kinesis::watch_stream(const std::string& id, base::UniqueFunction<void()> wake) {
    const auto stream = by_id(id);
    auto* log = stream ? stream->log() : nullptr;
    return log != nullptr ? log->watch(std::move(wake)) : 0;
}

void Kinesis::unwatch_stream(const std::string& id, std::uint64_t watch) {
    const auto stream = by_id(id);
    auto* log = stream ? stream->log() : nullptr;
    if (log != nullptr && watch != 0) log->unwatch(watch);
}

void Kinesis::hold_stream(const std::string& id, const std::string& holder,
                          std::uint64_t position) {
    const auto stream = by_id(id);
    if (auto* log = stream ? stream->log() : nullptr) log->hold(holder, position);
}

void Kinesis::release_stream(const std::string& id, const std::string& holder) {
    const auto stream = by_id(id);
    if (auto* log = stream ? stream->log() : nullptr) log->release(holder);
}

}  // namespace kinesis
