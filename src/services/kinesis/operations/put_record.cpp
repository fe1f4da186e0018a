// PutRecord: one record, answered when it is durable.
#include "services/kinesis/describe.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/puts.h"

namespace kinesis {
namespace put_record_operation {

struct Input : StreamTarget {
    base::Blob data;
    std::string partition_key;
    std::optional<std::string> explicit_hash_key;
    std::optional<std::string> sequence_number_for_ordering;
    static constexpr auto members() {
        return with_target(
            aws::member("Data", &Input::data, {.required = true, .min = 0, .max = 10'485'760}),
            aws::member("PartitionKey", &Input::partition_key,
                        {.required = true, .min = 1, .max = 256}),
            aws::member("ExplicitHashKey", &Input::explicit_hash_key,
                        {.pattern = hash_key_pattern}),
            aws::member("SequenceNumberForOrdering", &Input::sequence_number_for_ordering,
                        {.pattern = sequence_number_pattern}));
    }
};

struct Output {
    std::string shard_id;
    std::string sequence_number;
    std::optional<std::string> encryption_type;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ShardId", &Output::shard_id, {.required = true}),
            aws::member("SequenceNumber", &Output::sequence_number, {.required = true}),
            aws::member("EncryptionType", &Output::encryption_type)};
    }
};

// The log gives growing positions, so every order a client may ask for is kept; only its number is
// checked.
aws::Reply<void> check_ordering(const Input& input, const Stream& stream,
                                const StreamState& state) {
    if (!input.sequence_number_for_ordering) return base::ok();
    SequenceNumber number;
    const std::string& text = *input.sequence_number_for_ordering;
    if (stream.sequence_numbers().parse(text, &number) == SequenceVerdict::valid) {
        return base::ok();
    }
    return faults::invalid_argument("ExclusiveMinimumSequenceNumber " + text +
                                    " used in PutRecord on stream " + state.row.name +
                                    " under account " + state.row.account + " is invalid.");
}

struct Ready {
    std::shared_ptr<Stream> stream;
    std::shared_ptr<const StreamState> state;
    NewRecord record;
};

aws::Reply<Ready> prepare(Kinesis& kinesis, const aws::Call& call, Input& input) {
    Ready ready;
    TRY(stream, kinesis.find_active(call, input));
    ready.stream = stream;
    ready.state = stream->state();
    TRY_VOID(check_record_size(ready.state->row, input.data.bytes.size(),
                               input.partition_key.size(), "data"));
    TRY_VOID(check_ordering(input, *stream, *ready.state));
    TRY(explicit_key, parse_explicit_hash_key(input.explicit_hash_key));
    ready.record = {input.data.bytes, input.partition_key, explicit_key};
    return ready;
}

void measure(const Stream& stream, base::Timestamp now, double latency_ms, std::size_t stored_bytes,
             bool throttled, bool success) {
    const std::size_t stored = success && !throttled ? 1 : 0;
    stream.measure(now, {measured(Measure::put_record_bytes, stored_bytes),
                         measured(Measure::put_record_latency, latency_ms),
                         measured(Measure::put_record_success, stored),
                         measured(Measure::incoming_bytes, stored_bytes),
                         measured(Measure::incoming_records, stored),
                         measured(Measure::write_exceeded, std::size_t{throttled ? 1U : 0U})});
}

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto prepared = prepare(kinesis, call, input);
    if (!prepared) return respond(std::move(prepared.error()));
    Ready& ready = prepared.value();
    const std::size_t bytes = ready.record.data.size() + ready.record.partition_key.size();
    const std::int64_t begun_ns = kinesis.monotonic_ns();
    ready.stream->put(
        {ready.record}, kinesis.now(), begun_ns,
        [&kinesis, bytes, begun_ns, stream = ready.stream, state = ready.state,
         respond = std::move(respond)](base::Result<std::vector<PutResult>> put) mutable {
            const double latency_ms = milliseconds(kinesis.monotonic_ns() - begun_ns);
            const bool throttled = put && put.value()[0].throttled;
            measure(*stream, kinesis.now(), latency_ms, put && !throttled ? bytes : 0, throttled,
                    put.has_value());
            if (!put) return respond(faults::from(put.error()));
            const PutResult& result = put.value()[0];
            const std::string& shard_id = state->shard_ids[result.shard];
            kinesis.count_put(result.throttled ? 0 : 1, result.throttled ? 0 : bytes,
                              result.throttled ? 1 : 0);
            if (result.throttled) {
                return respond(
                    faults::rate_exceeded(shard_id, state->row.name, state->row.account));
            }
            Output output{
                shard_id, stream->sequence_numbers().format({result.shard, result.position}), {}};
            if (!state->row.encryption_key_id.empty()) output.encryption_type = "KMS";
            respond(std::move(output));
        });
}

}  // namespace put_record_operation

constinit const aws::Operation put_record = aws::operation<&put_record_operation::run>("PutRecord");

}  // namespace kinesis
