// ListStreams: the account's streams in this region by name, paged by token or by name.
#include "services/kinesis/describe.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/shard_iterator.h"

namespace kinesis {
namespace list_streams_operation {

constexpr std::int32_t streams_page_default = 100;
constexpr const char* page_purpose = "ListStreams";

struct Input {
    std::optional<std::int32_t> limit;
    std::optional<std::string> exclusive_start_stream_name;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Limit", &Input::limit, {.min = 1, .max = 10000}),
            aws::member("ExclusiveStartStreamName", &Input::exclusive_start_stream_name,
                        {.min = 1, .max = 128, .pattern = name_pattern}),
            aws::member("NextToken", &Input::next_token, {.min = 1, .max = 1048576})};
    }
};

struct StreamSummary {
    std::string stream_name;
    std::string stream_arn;
    std::string stream_status;
    StreamModeDetails stream_mode_details;
    base::Timestamp stream_creation_timestamp;
    static constexpr auto members() {
        using S = StreamSummary;
        return std::tuple{aws::member("StreamName", &S::stream_name, {.required = true}),
                          aws::member("StreamARN", &S::stream_arn, {.required = true}),
                          aws::member("StreamStatus", &S::stream_status, {.required = true}),
                          aws::member("StreamModeDetails", &S::stream_mode_details),
                          aws::member("StreamCreationTimestamp", &S::stream_creation_timestamp)};
    }
};

struct Output {
    std::vector<std::string> stream_names;
    bool has_more_streams = false;
    std::optional<std::string> next_token;
    std::vector<StreamSummary> stream_summaries;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StreamNames", &Output::stream_names, {.required = true}),
            aws::member("HasMoreStreams", &Output::has_more_streams, {.required = true}),
            aws::member("NextToken", &Output::next_token),
            aws::member("StreamSummaries", &Output::stream_summaries)};
    }
};

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    std::string after = input.exclusive_start_stream_name.value_or("");
    if (input.next_token) {
        TRY(page, open_page(kinesis.tokens(), page_purpose, *input.next_token, kinesis.now()));
        after = page.after;
    }
    const auto limit = static_cast<std::size_t>(input.limit.value_or(streams_page_default));
    Output output;
    for (const auto& stream : kinesis.list(call)) {
        const auto state = stream->state();
        if (state->row.name <= after) continue;
        if (output.stream_names.size() == limit) {
            output.has_more_streams = true;
            output.next_token = seal_page(kinesis.tokens(), page_purpose,
                                          {"", output.stream_names.back()}, kinesis.now());
            break;
        }
        output.stream_names.push_back(state->row.name);
        output.stream_summaries.push_back({state->row.name, state->arn, to_string(state->status),
                                           describe_mode(*state), state->row.created});
    }
    return output;
}

}  // namespace list_streams_operation

constinit const aws::Operation list_streams =
    aws::operation<&list_streams_operation::run>("ListStreams");

}  // namespace kinesis
