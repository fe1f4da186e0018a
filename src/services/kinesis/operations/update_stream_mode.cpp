// UpdateStreamMode: on demand or provisioned, at most twice in 24 hours; the shards stay as they
// are.
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace update_stream_mode_operation {

constexpr std::size_t mode_changes_max = 2;
constexpr std::int64_t day_ms = 86'400'000;

struct Input {
    std::string stream_arn;
    StreamModeDetails stream_mode_details;
    std::optional<std::int32_t> warm_throughput_mibps;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StreamARN", &Input::stream_arn,
                        {.required = true, .min = 1, .max = 2048, .pattern = stream_arn_pattern}),
            aws::member("StreamModeDetails", &Input::stream_mode_details, {.required = true}),
            aws::member("WarmThroughputMiBps", &Input::warm_throughput_mibps, {.min = 0})};
    }
};
using Output = shape::Empty;

aws::Reply<bool> change_mode(StreamRow& row, bool on_demand, base::Timestamp now) {
    if (row.on_demand == on_demand) return false;
    std::erase_if(row.mode_changes, [&](base::Timestamp at) { return now.ms - at.ms >= day_ms; });
    if (row.mode_changes.size() >= mode_changes_max) {
        return faults::limit_exceeded("The mode of stream " + row.name + " under account " +
                                      row.account + " was changed twice within the last 24 hours.");
    }
    row.mode_changes.push_back(now);
    row.on_demand = on_demand;
    return true;
}

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find_arn(call, input.stream_arn);
    if (!stream) return respond(std::move(stream.error()));
    if (input.warm_throughput_mibps) {
        return respond(faults::validation(
            "WarmThroughputMiBps needs MinimumThroughputBillingCommitment to be enabled for the "
            "account, which this server does not offer."));
    }
    kinesis.update(
        std::move(stream.value()),
        [on_demand = input.stream_mode_details.stream_mode == "ON_DEMAND",
         now = kinesis.now()](StreamRow& row) { return change_mode(row, on_demand, now); },
        [respond = std::move(respond)](aws::Reply<void> changed) mutable {
            if (!changed) return respond(std::move(changed.error()));
            respond(Output{});
        });
}

}  // namespace update_stream_mode_operation

constinit const aws::Operation update_stream_mode =
    aws::operation<&update_stream_mode_operation::run>("UpdateStreamMode");

}  // namespace kinesis
