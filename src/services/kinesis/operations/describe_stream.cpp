// DescribeStream: the stream with its shards, paged.
#include "services/kinesis/describe.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace describe_stream_operation {

constexpr std::size_t shards_page_max = 100;

struct Input : StreamTarget {
    std::optional<std::int32_t> limit;
    std::optional<std::string> exclusive_start_shard_id;
    static constexpr auto members() {
        return with_target(aws::member("Limit", &Input::limit, {.min = 1, .max = 10000}),
                           aws::member("ExclusiveStartShardId", &Input::exclusive_start_shard_id,
                                       {.min = 1, .max = 128, .pattern = name_pattern}));
    }
};

struct StreamDescription {
    std::string stream_name;
    std::string stream_arn;
    std::string stream_status;
    StreamModeDetails stream_mode_details;
    std::vector<Shard> shards;
    bool has_more_shards = false;
    std::int32_t retention_period_hours = 0;
    base::Timestamp stream_creation_timestamp;
    std::vector<EnhancedMetrics> enhanced_monitoring{{}};
    std::string encryption_type;
    std::optional<std::string> key_id;
    static constexpr auto members() {
        using S = StreamDescription;
        return std::tuple{
            aws::member("StreamName", &S::stream_name, {.required = true}),
            aws::member("StreamARN", &S::stream_arn, {.required = true}),
            aws::member("StreamStatus", &S::stream_status, {.required = true}),
            aws::member("StreamModeDetails", &S::stream_mode_details),
            aws::member("Shards", &S::shards, {.required = true}),
            aws::member("HasMoreShards", &S::has_more_shards, {.required = true}),
            aws::member("RetentionPeriodHours", &S::retention_period_hours, {.required = true}),
            aws::member("StreamCreationTimestamp", &S::stream_creation_timestamp,
                        {.required = true}),
            aws::member("EnhancedMonitoring", &S::enhanced_monitoring, {.required = true}),
            aws::member("EncryptionType", &S::encryption_type),
            aws::member("KeyId", &S::key_id)};
    }
};

struct Output {
    StreamDescription stream_description;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StreamDescription", &Output::stream_description, {.required = true})};
    }
};

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    TRY(stream, kinesis.find(call, input));
    const auto state = stream->state();
    Output output;
    auto& description = output.stream_description;
    description.stream_name = state->row.name;
    description.stream_arn = state->arn;
    description.stream_status = to_string(state->status);
    description.stream_mode_details = describe_mode(*state);
    description.retention_period_hours = static_cast<std::int32_t>(state->row.retention_hours);
    description.stream_creation_timestamp = state->row.created;
    description.encryption_type = describe_encryption(*state);
    description.key_id = describe_key_id(*state);
    if (state->status == StreamStatus::creating) return output;

    segment_log::Lane next = 0;
    if (input.exclusive_start_shard_id) {
        TRY(start, state->find_shard(*input.exclusive_start_shard_id));
        next = start + 1;
    }
    const std::size_t page = std::min<std::size_t>(
        shards_page_max, static_cast<std::size_t>(input.limit.value_or(shards_page_max)));
    for (; next < state->row.shards.size() && description.shards.size() < page; ++next) {
        description.shards.push_back(describe_shard(*stream, *state, next));
    }
    description.has_more_shards = next < state->row.shards.size();
    return output;
}

}  // namespace describe_stream_operation

constinit const aws::Operation describe_stream =
    aws::operation<&describe_stream_operation::run>("DescribeStream");

}  // namespace kinesis
