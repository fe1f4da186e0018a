// CreateStream: the stream is durable and ACTIVE when it answers; AWS takes seconds for that.
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/tags.h"

namespace kinesis {
namespace create_stream_operation {

struct Input {
    std::string stream_name;
    std::optional<std::int32_t> shard_count;  // absent: on demand
    std::optional<StreamModeDetails> stream_mode_details;
    std::optional<std::map<std::string, std::string>> tags;
    std::optional<std::int32_t> warm_throughput_mibps;
    std::optional<std::int32_t> max_record_size_kib;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StreamName", &Input::stream_name,
                        {.required = true, .min = 1, .max = 128, .pattern = name_pattern}),
            aws::member("ShardCount", &Input::shard_count, {.min = 1}),
            aws::member("StreamModeDetails", &Input::stream_mode_details),
            aws::member("Tags", &Input::tags, {.min = 1, .max = 200}),
            aws::member("WarmThroughputMiBps", &Input::warm_throughput_mibps, {.min = 0}),
            aws::member("MaxRecordSizeInKiB", &Input::max_record_size_kib,
                        {.min = 1024, .max = 10240})};
    }
};
using Output = shape::Empty;

aws::Reply<StreamRow> make_row(const aws::Call& call, const Input& input, base::Timestamp now) {
    StreamRow row;
    row.account = call.account();
    row.region = call.region;
    row.name = input.stream_name;
    row.created = now;
    row.on_demand = input.stream_mode_details
                        ? input.stream_mode_details->stream_mode == "ON_DEMAND"
                        : !input.shard_count;
    if (row.on_demand && input.shard_count) {
        return faults::validation(
            "ShardCount must not be provided when creating a stream with ON_DEMAND mode.");
    }
    if (!row.on_demand && !input.shard_count) {
        return faults::validation(
            "ShardCount must be provided for a stream with PROVISIONED mode.");
    }
    if (input.warm_throughput_mibps) {
        return faults::validation(
            "WarmThroughputMiBps needs MinimumThroughputBillingCommitment to be enabled for the "
            "account, which this server does not offer.");
    }
    if (input.max_record_size_kib) row.record_kib_max = *input.max_record_size_kib;
    if (input.tags) {
        TRY_VOID(check_tags(*input.tags));
        if (input.tags->size() > tags_max) {
            return faults::invalid_argument("Failed to add tags to stream " + row.name +
                                            " under account " + row.account +
                                            " because a given stream cannot have more than " +
                                            std::to_string(tags_max) + " tags associated with it.");
        }
        row.tags = *input.tags;
    }
    return row;
}

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto row = make_row(call, input, kinesis.now());
    if (!row) return respond(std::move(row.error()));
    const std::int64_t shards = row.value().on_demand ? on_demand_shards : *input.shard_count;
    kinesis.create(std::move(row.value()), shards,
                   [respond = std::move(respond)](aws::Reply<void> created) mutable {
                       if (!created) return respond(std::move(created.error()));
                       respond(Output{});
                   });
}

}  // namespace create_stream_operation

constinit const aws::Operation create_stream =
    aws::operation<&create_stream_operation::run>("CreateStream");

}  // namespace kinesis
