// GetRecords: what follows an iterator in its shard, as far as it is durable and not expired.
#include "services/kinesis/faults.h"
#include "services/kinesis/hot_codecs.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/shard_iterator.h"

namespace kinesis {
namespace get_records_operation {

constexpr std::int32_t records_max = 10'000;
constexpr std::size_t answer_bytes_max = 10 * 1024 * 1024;

struct Input {
    std::string shard_iterator;
    std::optional<std::int32_t> limit;
    std::optional<std::string> stream_arn;
    static constexpr auto members() {
        return std::tuple{aws::member("ShardIterator", &Input::shard_iterator,
                                      {.required = true, .min = 1, .max = 512}),
                          aws::member("Limit", &Input::limit, {.min = 1, .max = records_max}),
                          aws::member("StreamARN", &Input::stream_arn,
                                      {.min = 1, .max = 2048, .pattern = stream_arn_pattern})};
    }
};
using Output = GetRecordsOutput;

aws::Reply<std::shared_ptr<Stream>> find_stream(Kinesis& kinesis, const aws::Call& call,
                                                const Input& input, const ShardIterator& iterator) {
    auto stream = kinesis.find_id(call, iterator.stream_id);
    if (input.stream_arn) {
        TRY(named, kinesis.find_arn(call, *input.stream_arn));
        if (named != stream) return faults::invalid_iterator();
    }
    // The name is not in the iterator: a deleted stream's cannot be told any more.
    if (!stream || stream->state()->status != StreamStatus::active) {
        return aws::Fault("ResourceNotFoundException",
                          "The stream of this ShardIterator under account " + call.account() +
                              " does not exist any more.");
    }
    return stream;
}

void measure(const Stream& stream, base::Timestamp now, double latency_ms, std::size_t bytes,
             const ReadAnswer& answer) {
    const std::int64_t age_ms =
        answer.records.empty() ? answer.behind_ms : now.ms - answer.records.back().arrived.ms;
    stream.measure(now, {measured(Measure::get_bytes, bytes),
                         measured(Measure::get_iterator_age,
                                  static_cast<double>(std::max<std::int64_t>(age_ms, 0))),
                         measured(Measure::get_latency, latency_ms),
                         measured(Measure::get_records, answer.records.size()),
                         measured(Measure::get_success, std::size_t{1}),
                         measured(Measure::read_exceeded, std::size_t{0})});
}

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    const base::Timestamp now = kinesis.now();
    TRY(iterator, open_iterator(kinesis.tokens(), input.shard_iterator, now));
    TRY(stream, find_stream(kinesis, call, input, iterator));
    const auto state = stream->state();
    if (iterator.shard >= state->shard_ids.size()) return faults::invalid_iterator();
    const std::int64_t begun_ns = kinesis.monotonic_ns();
    if (!stream->admit_read(iterator.shard, begun_ns)) {
        stream->measure(now, {measured(Measure::get_success, std::size_t{0}),
                              measured(Measure::read_exceeded, std::size_t{1})});
        return faults::rate_exceeded(state->shard_ids[iterator.shard], state->row.name,
                                     state->row.account);
    }
    auto read = stream->read(iterator.shard, iterator.position,
                             static_cast<std::size_t>(input.limit.value_or(records_max)),
                             answer_bytes_max, now);
    if (!read) {
        stream->measure(now, {measured(Measure::get_success, std::size_t{0})});
        return faults::from(read.error());
    }
    const ReadAnswer& answer = read.value();

    Output output;
    std::size_t bytes = 0;
    output.records.reserve(answer.records.size());
    for (const auto& record : answer.records) {
        auto& entry = output.records.emplace_back();
        entry.sequence_number =
            stream->sequence_numbers().format({iterator.shard, record.position});
        entry.approximate_arrival_timestamp = record.arrived;
        entry.data.bytes = record.data;
        entry.partition_key = record.partition_key;
        if (record.encrypted) entry.encryption_type = "KMS";
        bytes += record.data.size() + record.partition_key.size();
    }
    output.millis_behind_latest = answer.behind_ms;
    output.next_shard_iterator =
        seal_iterator(kinesis.tokens(), {stream->id(), iterator.shard, answer.next, now});
    stream->charge_read(iterator.shard, bytes);
    kinesis.count_read(output.records.size(), bytes);
    measure(*stream, now, milliseconds(kinesis.monotonic_ns() - begun_ns), bytes, answer);
    return output;
}

}  // namespace get_records_operation

constinit const aws::Operation get_records =
    aws::operation<&get_records_operation::run>("GetRecords", {.encode_json = &encode_get_records});

}  // namespace kinesis
