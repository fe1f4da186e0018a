// PutRecordBatch: up to 500 records and 4 MiB, answered when all are durable. They become durable
// together, so none fails alone: FailedPutCount is 0, or the whole call fails and is sent again.
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"
#include "services/firehose/record_id.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace put_record_batch_operation {

struct Input {
    std::string name;
    std::vector<RecordShape> records;
    static constexpr auto members() {
        return std::tuple{
            name_member(&Input::name),
            aws::member("Records", &Input::records, {.required = true, .min = 1, .max = 500})};
    }
};

struct Entry {
    std::string record_id;
    static constexpr auto members() {
        return std::tuple{aws::member("RecordId", &Entry::record_id)};
    }
};

struct Output {
    std::int32_t failed_put_count = 0;
    bool encrypted = false;
    std::vector<Entry> request_responses;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FailedPutCount", &Output::failed_put_count, {.required = true}),
            aws::member("Encrypted", &Output::encrypted),
            aws::member("RequestResponses", &Output::request_responses, {.required = true})};
    }
};

void measure(const Firehose& firehose, const DeliveryStream& stream, std::int64_t begun_ns,
             std::uint64_t bytes, std::uint64_t records) {
    stream.measure(
        firehose.now(),
        {measured(Measure::put_batch_bytes, bytes),
         measured(Measure::put_batch_latency,
                  static_cast<double>(firehose.monotonic_ns() - begun_ns) / 1e6),
         measured(Measure::put_batch_records, records),
         measured(Measure::put_batch_requests, std::uint64_t{1}),
         measured(Measure::incoming_bytes, bytes), measured(Measure::incoming_records, records)});
}

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find_direct(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    std::vector<std::string_view> records;
    records.reserve(input.records.size());
    std::size_t bytes = 0;
    for (const auto& record : input.records) {
        records.push_back(record.data.bytes);
        bytes += record.data.bytes.size();
    }
    if (bytes > batch_bytes_max) {
        return respond(faults::invalid_argument("Records size exceeds 4 MB limit"));
    }
    const std::string id = stream.value()->plan()->row.id;
    const std::int64_t begun_ns = firehose.monotonic_ns();
    firehose.put(
        *stream.value(), records,
        [&firehose, id, begun_ns, bytes, count = records.size(), stream = stream.value(),
         respond = std::move(respond)](base::Result<segment_log::Position> first) mutable {
            measure(firehose, *stream, begun_ns, first ? bytes : 0, first ? count : 0);
            if (!first) return respond(faults::from(first.error()));
            Output output;
            for (std::size_t i = 0; i < count; ++i) {
                output.request_responses.push_back({make_record_id(id, first.value() + i)});
            }
            respond(std::move(output));
        });
}

}  // namespace put_record_batch_operation

constinit const aws::Operation put_record_batch =
    aws::operation<&put_record_batch_operation::run>("PutRecordBatch");

}  // namespace firehose
