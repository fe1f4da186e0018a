// PutRecord: one record, answered when it is durable in the delivery stream's log.
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"
#include "services/firehose/record_id.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace put_record_operation {

struct Input {
    std::string name;
    RecordShape record;
    static constexpr auto members() {
        return std::tuple{name_member(&Input::name),
                          aws::member("Record", &Input::record, {.required = true})};
    }
};

struct Output {
    std::string record_id;
    bool encrypted = false;
    static constexpr auto members() {
        return std::tuple{aws::member("RecordId", &Output::record_id, {.required = true}),
                          aws::member("Encrypted", &Output::encrypted)};
    }
};

void measure(const Firehose& firehose, const DeliveryStream& stream, std::int64_t begun_ns,
             std::uint64_t bytes, std::uint64_t records) {
    stream.measure(
        firehose.now(),
        {measured(Measure::put_record_bytes, bytes),
         measured(Measure::put_record_latency,
                  static_cast<double>(firehose.monotonic_ns() - begun_ns) / 1e6),
         measured(Measure::put_record_requests, std::uint64_t{1}),
         measured(Measure::incoming_bytes, bytes), measured(Measure::incoming_records, records)});
}

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find_direct(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    const std::string id = stream.value()->plan()->row.id;
    const std::int64_t begun_ns = firehose.monotonic_ns();
    firehose.put(
        *stream.value(), {input.record.data.bytes},
        [&firehose, id, begun_ns, bytes = input.record.data.bytes.size(), stream = stream.value(),
         respond = std::move(respond)](base::Result<segment_log::Position> first) mutable {
            measure(firehose, *stream, begun_ns, first ? bytes : 0, first ? 1 : 0);
            if (!first) return respond(faults::from(first.error()));
            respond(Output{make_record_id(id, first.value()), false});
        });
}

}  // namespace put_record_operation

constinit const aws::Operation put_record = aws::operation<&put_record_operation::run>("PutRecord");

}  // namespace firehose
