// IncreaseStreamRetentionPeriod: up to 8,760 hours.
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/retention.h"

namespace kinesis {
namespace increase_stream_retention_period_operation {

struct Input : StreamTarget {
    std::int32_t retention_period_hours = 0;
    static constexpr auto members() {
        return with_target(aws::member("RetentionPeriodHours", &Input::retention_period_hours,
                                       {.required = true}));
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find(call, input);
    if (!stream) return respond(std::move(stream.error()));
    change_retention(kinesis, std::move(stream.value()), input.retention_period_hours,
                     RetentionChange::increase,
                     [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                         if (!changed) return respond(std::move(changed.error()));
                         respond(Output{});
                     });
}

}  // namespace increase_stream_retention_period_operation

constinit const aws::Operation increase_stream_retention_period =
    aws::operation<&increase_stream_retention_period_operation::run>(
        "IncreaseStreamRetentionPeriod");

}  // namespace kinesis
