// ListTagsForStream: by key, paged.
#include "services/kinesis/tags.h"

namespace kinesis {
namespace list_tags_for_stream_operation {

constexpr std::int32_t tags_page_max = 50;

struct Input : StreamTarget {
    std::optional<std::string> exclusive_start_tag_key;
    std::optional<std::int32_t> limit;
    static constexpr auto members() {
        return with_target(aws::member("ExclusiveStartTagKey", &Input::exclusive_start_tag_key,
                                       {.min = 1, .max = 128}),
                           aws::member("Limit", &Input::limit, {.min = 1, .max = 50}));
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

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    TRY(stream, kinesis.find(call, input));
    const auto limit = static_cast<std::size_t>(input.limit.value_or(tags_page_max));
    Output output;
    for (auto& tag : list_tags(stream->state()->row)) {
        if (input.exclusive_start_tag_key && tag.key <= *input.exclusive_start_tag_key) continue;
        if (output.tags.size() == limit) {
            output.has_more_tags = true;
            break;
        }
        output.tags.push_back(std::move(tag));
    }
    return output;
}

}  // namespace list_tags_for_stream_operation

constinit const aws::Operation list_tags_for_stream =
    aws::operation<&list_tags_for_stream_operation::run>("ListTagsForStream");

}  // namespace kinesis
