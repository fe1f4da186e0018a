// DecreaseStreamRetentionPeriod: down to 24 hours; what is older is gone for readers at once.
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/retention.h"

namespace kinesis {
namespace decrease_stream_retention_period_operation {

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
                     RetentionChange::decrease,
                     [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                         if (!changed) return respond(std::move(changed.error()));
                         respond(Output{});
                     });
}

}  // namespace decrease_stream_retention_period_operation

constinit const aws::Operation decrease_stream_retention_period =
    aws::operation<&decrease_stream_retention_period_operation::run>(
        "DecreaseStreamRetentionPeriod");

}  // namespace kinesis
