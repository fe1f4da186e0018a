// ListTagsForResource: all tags of a stream by arn.
#include "services/kinesis/tags.h"

namespace kinesis {
namespace list_tags_for_resource_operation {

struct Input {
    std::string resource_arn;
    static constexpr auto members() {
        return std::tuple{aws::member(
            "ResourceARN", &Input::resource_arn,
            {.required = true, .min = 1, .max = 2048, .pattern = resource_arn_pattern})};
    }
};

struct Output {
    std::vector<Tag> tags;
    static constexpr auto members() { return std::tuple{aws::member("Tags", &Output::tags)}; }
};

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    TRY(stream, kinesis.find_arn(call, input.resource_arn));
    return Output{list_tags(stream->state()->row)};
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>("ListTagsForResource");

}  // namespace kinesis
