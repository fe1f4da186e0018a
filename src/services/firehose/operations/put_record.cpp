// PutRecord: one record, answered when it is durable in the delivery stream's log.
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"
#include "services/firehose/record_id.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace {

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

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find_direct(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    const std::string id = stream.value()->plan()->row.id;
    firehose.put(*stream.value(), {input.record.data.bytes},
                 [id, stream = stream.value(),
                  respond = std::move(respond)](base::Result<segment_log::Position> first) mutable {
                     if (!first) return respond(faults::from(first.error()));
                     respond(Output{make_record_id(id, first.value()), false});
                 });
}

}  // namespace

constinit const aws::Operation put_record = aws::operation<&run>("PutRecord");

}  // namespace firehose
