// ListShards: shards with filters, paged by token. Shards here never close, so every filter by time
// gives the shards that were there at that time.
#include "services/kinesis/describe.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/shard_iterator.h"

namespace kinesis {
namespace list_shards_operation {

constexpr std::size_t shards_page_max = 1000;
constexpr const char* page_purpose = "ListShards";

struct ShardFilter {
    std::string type;
    std::optional<std::string> shard_id;
    std::optional<base::Timestamp> timestamp;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Type", &ShardFilter::type,
                        {.required = true,
                         .values = "AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, "
                                   "AT_TIMESTAMP, FROM_TIMESTAMP"}),
            aws::member("ShardId", &ShardFilter::shard_id,
                        {.min = 1, .max = 128, .pattern = name_pattern}),
            aws::member("Timestamp", &ShardFilter::timestamp)};
    }
};

struct Input : StreamTarget {
    std::optional<std::string> next_token;
    std::optional<std::string> exclusive_start_shard_id;
    std::optional<std::int32_t> max_results;
    std::optional<base::Timestamp> stream_creation_timestamp;
    std::optional<ShardFilter> shard_filter;
    static constexpr auto members() {
        return with_target(
            aws::member("NextToken", &Input::next_token, {.min = 1, .max = 1048576}),
            aws::member("ExclusiveStartShardId", &Input::exclusive_start_shard_id,
                        {.min = 1, .max = 128, .pattern = name_pattern}),
            aws::member("MaxResults", &Input::max_results, {.min = 1, .max = 10000}),
            aws::member("StreamCreationTimestamp", &Input::stream_creation_timestamp),
            aws::member("ShardFilter", &Input::shard_filter));
    }
};

struct Output {
    std::vector<Shard> shards;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("Shards", &Output::shards),
                          aws::member("NextToken", &Output::next_token)};
    }
};

// Which stream, and the first shard to show.
struct Start {
    std::shared_ptr<Stream> stream;
    segment_log::Lane first = 0;
    // Only shards that were there then.
    std::optional<base::Timestamp> open_at;
};

aws::Reply<Start> from_token(Kinesis& kinesis, const aws::Call& call, const Input& input) {
    if (input.stream_name || input.stream_arn) {
        return faults::invalid_argument("NextToken and StreamName cannot be provided together.");
    }
    if (input.exclusive_start_shard_id || input.stream_creation_timestamp) {
        return faults::invalid_argument(
            "NextToken and ExclusiveStartShardId or StreamCreationTimestamp cannot be provided "
            "together.");
    }
    TRY(page, open_page(kinesis.tokens(), page_purpose, *input.next_token, kinesis.now()));
    Start start;
    start.stream = kinesis.find_id(call, page.scope);
    if (!start.stream) return faults::invalid_argument("Invalid NextToken.");
    TRY(shard, start.stream->state()->find_shard(page.after));
    start.first = shard + 1;
    return start;
}

aws::Reply<void> apply_filter(const ShardFilter& filter, const StreamState& state,
                              base::Timestamp now, Start& start) {
    const bool by_time = filter.type == "AT_TIMESTAMP" || filter.type == "FROM_TIMESTAMP";
    if ((filter.type == "AFTER_SHARD_ID") != filter.shard_id.has_value()) {
        return faults::invalid_argument(filter.shard_id
                                            ? "ShardId is only for the filter AFTER_SHARD_ID."
                                            : "The filter AFTER_SHARD_ID needs a ShardId.");
    }
    if (by_time != filter.timestamp.has_value()) {
        return faults::invalid_argument(
            by_time ? "The filter " + filter.type + " needs a Timestamp."
                    : "Timestamp is only for the filters AT_TIMESTAMP and FROM_TIMESTAMP.");
    }
    if (filter.shard_id) {
        TRY(shard, state.find_shard(*filter.shard_id));
        start.first = std::max(start.first, shard + 1);
    }
    if (by_time && *filter.timestamp > now) {
        return faults::invalid_argument("The filter's Timestamp is in the future.");
    }
    if (filter.type == "AT_TIMESTAMP") start.open_at = filter.timestamp;
    return base::ok();
}

aws::Reply<Start> from_target(Kinesis& kinesis, const aws::Call& call, const Input& input) {
    if (!input.stream_name && !input.stream_arn) {
        return faults::invalid_argument("Either NextToken or StreamName should be provided.");
    }
    Start start;
    TRY(stream, kinesis.find(call, input));
    start.stream = stream;
    const auto state = stream->state();
    if (input.stream_creation_timestamp &&
        input.stream_creation_timestamp->ms / 1000 != state->row.created.ms / 1000) {
        return faults::stream_not_found(state->row.name, state->row.account);
    }
    if (input.exclusive_start_shard_id) {
        TRY(shard, state->find_shard(*input.exclusive_start_shard_id));
        start.first = shard + 1;
    }
    if (input.shard_filter) {
        TRY_VOID(apply_filter(*input.shard_filter, *state, kinesis.now(), start));
    }
    return start;
}

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    auto begun =
        input.next_token ? from_token(kinesis, call, input) : from_target(kinesis, call, input);
    if (!begun) return std::move(begun.error());
    const Start& start = begun.value();
    const auto state = start.stream->state();
    Output output;
    if (state->status == StreamStatus::creating) return output;
    const std::size_t page = std::min<std::size_t>(
        shards_page_max, static_cast<std::size_t>(input.max_results.value_or(shards_page_max)));
    for (segment_log::Lane shard = start.first; shard < state->row.shards.size(); ++shard) {
        if (start.open_at && state->row.shards[shard].created > *start.open_at) continue;
        if (output.shards.size() == page) {
            output.next_token =
                seal_page(kinesis.tokens(), page_purpose,
                          {start.stream->id(), output.shards.back().shard_id}, kinesis.now());
            break;
        }
        output.shards.push_back(describe_shard(*start.stream, *state, shard));
    }
    return output;
}

}  // namespace list_shards_operation

constinit const aws::Operation list_shards =
    aws::operation<&list_shards_operation::run>("ListShards");

}  // namespace kinesis
