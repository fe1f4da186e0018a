// ListDeliveryStreams: by name, paged, of one type if asked.
#include "services/firehose/firehose.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace list_delivery_streams_operation {

constexpr std::int32_t page_default = 10;

struct Input {
    std::optional<std::int32_t> limit;
    std::optional<std::string> type;
    std::optional<std::string> exclusive_start_name;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Limit", &Input::limit, {.min = 1, .max = 10000}),
            aws::member("DeliveryStreamType", &Input::type,
                        {.values = "DirectPut, KinesisStreamAsSource, MSKAsSource, "
                                   "DatabaseAsSource"}),
            aws::member("ExclusiveStartDeliveryStreamName", &Input::exclusive_start_name,
                        {.min = 1, .max = 64, .pattern = name_pattern})};
    }
};

struct Output {
    std::vector<std::string> names;
    bool has_more = false;
    static constexpr auto members() {
        return std::tuple{
            aws::member("DeliveryStreamNames", &Output::names, {.required = true}),
            aws::member("HasMoreDeliveryStreams", &Output::has_more, {.required = true})};
    }
};

aws::Reply<Output> run(Firehose& firehose, const aws::Call& call, Input& input) {
    const auto limit = static_cast<std::size_t>(input.limit.value_or(page_default));
    const std::string after = input.exclusive_start_name.value_or("");
    Output output;
    for (const auto& stream : firehose.list(call)) {
        const auto plan = stream->plan();
        const bool direct = plan->row.source_stream_arn.empty();
        if (plan->row.name <= after) continue;
        if (input.type && *input.type != (direct ? "DirectPut" : "KinesisStreamAsSource")) continue;
        if (output.names.size() == limit) {
            output.has_more = true;
            break;
        }
        output.names.push_back(plan->row.name);
    }
    return output;
}

}  // namespace list_delivery_streams_operation

constinit const aws::Operation list_delivery_streams =
    aws::operation<&list_delivery_streams_operation::run>("ListDeliveryStreams");

}  // namespace firehose
