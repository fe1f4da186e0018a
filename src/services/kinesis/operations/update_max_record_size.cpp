// UpdateMaxRecordSize: how large one record may be, data and partition key together.
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace update_max_record_size_operation {

struct Input {
    std::optional<std::string> stream_arn;
    std::int32_t max_record_size_kib = 0;
    static constexpr auto members() {
        return std::tuple{aws::member("StreamARN", &Input::stream_arn,
                                      {.min = 1, .max = 2048, .pattern = stream_arn_pattern}),
                          aws::member("MaxRecordSizeInKiB", &Input::max_record_size_kib,
                                      {.required = true, .min = 1024, .max = 10240})};
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    StreamTarget target;
    target.stream_arn = input.stream_arn;
    auto stream = kinesis.find(call, target);
    if (!stream) return respond(std::move(stream.error()));
    kinesis.update(
        std::move(stream.value()),
        [kib = std::int64_t{input.max_record_size_kib}](StreamRow& row) -> aws::Reply<bool> {
            const bool changed = row.record_kib_max != kib;
            row.record_kib_max = kib;
            return changed;
        },
        [respond = std::move(respond)](aws::Reply<void> changed) mutable {
            if (!changed) return respond(std::move(changed.error()));
            respond(Output{});
        });
}

}  // namespace update_max_record_size_operation

constinit const aws::Operation update_max_record_size =
    aws::operation<&update_max_record_size_operation::run>("UpdateMaxRecordSize");

}  // namespace kinesis
