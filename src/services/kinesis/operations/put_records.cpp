// PutRecords: up to 500 records in one call, answered when all of them are durable. Each record has
// its own answer, in the order sent; with --limits aws some may be refused while others are stored.
#include "services/kinesis/describe.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/hot_codecs.h"
#include "services/kinesis/puts.h"

namespace kinesis {
namespace put_records_operation {

using Input = PutRecordsInput;
using Output = PutRecordsOutput;

struct Ready {
    std::shared_ptr<Stream> stream;
    std::shared_ptr<const StreamState> state;
    std::vector<NewRecord> records;
    std::size_t bytes = 0;
};

aws::Reply<Ready> prepare(Kinesis& kinesis, const aws::Call& call, Input& input) {
    Ready ready;
    TRY(stream, kinesis.find_active(call, input));
    ready.stream = std::move(stream);
    ready.state = ready.stream->state();
    const auto record_bytes_max = static_cast<std::size_t>(ready.state->row.record_kib_max) * 1024;
    ready.records.reserve(input.records.size());
    for (std::size_t i = 0; i < input.records.size(); ++i) {
        auto& entry = input.records[i];
        const std::size_t bytes = entry.data.bytes.size() + entry.partition_key.size();
        if (bytes > record_bytes_max) {
            TRY_VOID(check_record_size(ready.state->row, entry.data.bytes.size(),
                                       entry.partition_key.size(),
                                       "records." + std::to_string(i + 1) + ".member.data"));
        }
        ready.bytes += bytes;
        std::optional<HashKey> explicit_key;
        if (entry.explicit_hash_key) {
            TRY(key, parse_explicit_hash_key(entry.explicit_hash_key));
            explicit_key = key;
        }
        ready.records.push_back({entry.data.bytes, entry.partition_key, explicit_key});
    }
    if (ready.bytes > request_bytes_max) {
        return faults::invalid_argument("Records size exceeds 10 MB limit");
    }
    return ready;
}

Output make_output(const Stream& stream, const StreamState& state,
                   const std::vector<PutResult>& results) {
    Output output;
    output.records.resize(results.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
        const std::string& shard_id = state.shard_ids[results[i].shard];
        auto& entry = output.records[i];
        if (results[i].throttled) {
            ++output.failed_record_count;
            entry.error_code = faults::rate_exceeded_code;
            entry.error_message =
                faults::rate_exceeded_message(shard_id, state.row.name, state.row.account);
            continue;
        }
        auto& number = entry.sequence_number.emplace(SequenceCodec::digits, '0');
        stream.sequence_numbers().format({results[i].shard, results[i].position}, number.data());
        entry.shard_id = shard_id;
    }
    if (!state.row.encryption_key_id.empty()) output.encryption_type = "KMS";
    return output;
}

// Some were refused: the bytes of the others.
std::size_t stored_bytes(const Input& input, const Output& output) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < output.records.size(); ++i) {
        if (output.records[i].error_code) continue;
        bytes += input.records[i].data.bytes.size() + input.records[i].partition_key.size();
    }
    return bytes;
}

void measure(const Stream& stream, base::Timestamp now, double latency_ms, std::size_t records,
             std::size_t refused, std::size_t bytes) {
    const std::size_t stored = records - refused;
    stream.measure(
        now,
        {measured(Measure::put_records_bytes, bytes),
         measured(Measure::put_records_failed, std::size_t{0}),
         measured(Measure::put_records_latency, latency_ms),
         measured(Measure::put_records_success, std::size_t{1}),
         measured(Measure::put_records_successful, stored),
         measured(Measure::put_records_throttled, refused),
         measured(Measure::put_records_total, records), measured(Measure::incoming_bytes, bytes),
         measured(Measure::incoming_records, stored), measured(Measure::write_exceeded, refused)});
}

void measure_failure(const Stream& stream, base::Timestamp now, double latency_ms,
                     std::size_t records) {
    stream.measure(now, {measured(Measure::put_records_failed, records),
                         measured(Measure::put_records_latency, latency_ms),
                         measured(Measure::put_records_success, std::size_t{0}),
                         measured(Measure::put_records_total, records)});
}

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto prepared = prepare(kinesis, call, input);
    if (!prepared) return respond(std::move(prepared.error()));
    Ready& ready = prepared.value();
    auto* stream = ready.stream.get();
    const std::int64_t begun_ns = kinesis.monotonic_ns();
    stream->put(ready.records, kinesis.now(), begun_ns,
                [&kinesis, &input, begun_ns, bytes = ready.bytes, stream = std::move(ready.stream),
                 state = std::move(ready.state),
                 respond = std::move(respond)](base::Result<std::vector<PutResult>> put) mutable {
                    const double latency_ms = milliseconds(kinesis.monotonic_ns() - begun_ns);
                    if (!put) {
                        measure_failure(*stream, kinesis.now(), latency_ms, input.records.size());
                        return respond(faults::from(put.error()));
                    }
                    Output output = make_output(*stream, *state, put.value());
                    const auto refused = static_cast<std::size_t>(output.failed_record_count);
                    kinesis.count_put(output.records.size() - refused, bytes, refused);
                    measure(*stream, kinesis.now(), latency_ms, output.records.size(), refused,
                            refused == 0 ? bytes : stored_bytes(input, output));
                    respond(std::move(output));
                });
}

}  // namespace put_records_operation

constinit const aws::Operation put_records = aws::operation<&put_records_operation::run>(
    "PutRecords", {.decode_json = &decode_put_records, .encode_json = &encode_put_records});

}  // namespace kinesis
