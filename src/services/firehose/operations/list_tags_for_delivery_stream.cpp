// ListTagsForDeliveryStream: by key, paged.
#include "services/firehose/firehose.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace list_tags_for_delivery_stream_operation {

struct Input {
    std::string name;
    std::optional<std::string> exclusive_start_tag_key;
    std::optional<std::int32_t> limit;
    static constexpr auto members() {
        return std::tuple{name_member(&Input::name),
                          aws::member("ExclusiveStartTagKey", &Input::exclusive_start_tag_key,
                                      {.min = 1, .max = 128}),
                          aws::member("Limit", &Input::limit, {.min = 1, .max = 50})};
    }
};

struct Output {
    std::vector<Tag> tags;
    bool has_more_tags = false;
    static constexpr auto members() {
        return std::tuple{aws::member("Tags", &Output::tags, {.required = true}),
                          aws::member("HasMoreTags", &Output::has_more_tags, {.required = true})};
    }
};

aws::Reply<Output> run(Firehose& firehose, const aws::Call& call, Input& input) {
    TRY(stream, firehose.find(call, input.name));
    const auto plan = stream->plan();
    const auto limit =
        static_cast<std::size_t>(input.limit.value_or(static_cast<std::int32_t>(tags_max)));
    Output output;
    for (const auto& [key, value] : plan->row.tags) {
        if (input.exclusive_start_tag_key && key <= *input.exclusive_start_tag_key) continue;
        if (output.tags.size() == limit) {
            output.has_more_tags = true;
            break;
        }
        output.tags.push_back({key, value});
    }
    return output;
}

}  // namespace list_tags_for_delivery_stream_operation

constinit const aws::Operation list_tags_for_delivery_stream =
    aws::operation<&list_tags_for_delivery_stream_operation::run>("ListTagsForDeliveryStream");

}  // namespace firehose
