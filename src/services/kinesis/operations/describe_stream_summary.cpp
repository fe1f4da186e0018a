// DescribeStreamSummary: the stream without its shards.
#include "services/kinesis/describe.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace describe_stream_summary_operation {

struct Input : StreamTarget {
    static constexpr auto members() { return with_target(); }
};

struct StreamDescriptionSummary {
    std::string stream_name;
    std::string stream_arn;
    std::string stream_status;
    StreamModeDetails stream_mode_details;
    std::int32_t retention_period_hours = 0;
    base::Timestamp stream_creation_timestamp;
    std::vector<EnhancedMetrics> enhanced_monitoring{{}};
    std::string encryption_type;
    std::optional<std::string> key_id;
    std::int32_t open_shard_count = 0;
    std::int32_t consumer_count = 0;
    std::int32_t max_record_size_kib = 0;
    static constexpr auto members() {
        using S = StreamDescriptionSummary;
        return std::tuple{
            aws::member("StreamName", &S::stream_name, {.required = true}),
            aws::member("StreamARN", &S::stream_arn, {.required = true}),
            aws::member("StreamStatus", &S::stream_status, {.required = true}),
            aws::member("StreamModeDetails", &S::stream_mode_details),
            aws::member("RetentionPeriodHours", &S::retention_period_hours, {.required = true}),
            aws::member("StreamCreationTimestamp", &S::stream_creation_timestamp,
                        {.required = true}),
            aws::member("EnhancedMonitoring", &S::enhanced_monitoring, {.required = true}),
            aws::member("EncryptionType", &S::encryption_type),
            aws::member("KeyId", &S::key_id),
            aws::member("OpenShardCount", &S::open_shard_count, {.required = true}),
            aws::member("ConsumerCount", &S::consumer_count),
            aws::member("MaxRecordSizeInKiB", &S::max_record_size_kib)};
    }
};

struct Output {
    StreamDescriptionSummary stream_description_summary;
    static constexpr auto members() {
        return std::tuple{aws::member("StreamDescriptionSummary",
                                      &Output::stream_description_summary, {.required = true})};
    }
};

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    TRY(stream, kinesis.find(call, input));
    const auto state = stream->state();
    Output output;
    auto& summary = output.stream_description_summary;
    summary.stream_name = state->row.name;
    summary.stream_arn = state->arn;
    summary.stream_status = to_string(state->status);
    summary.stream_mode_details = describe_mode(*state);
    summary.retention_period_hours = static_cast<std::int32_t>(state->row.retention_hours);
    summary.stream_creation_timestamp = state->row.created;
    summary.encryption_type = describe_encryption(*state);
    summary.key_id = describe_key_id(*state);
    summary.open_shard_count = static_cast<std::int32_t>(state->row.shards.size());
    summary.max_record_size_kib = static_cast<std::int32_t>(state->row.record_kib_max);
    return output;
}

}  // namespace describe_stream_summary_operation

constinit const aws::Operation describe_stream_summary =
    aws::operation<&describe_stream_summary_operation::run>("DescribeStreamSummary");

}  // namespace kinesis
