// UntagResource: RemoveTagsFromStream by arn.
#include "services/kinesis/tags.h"

namespace kinesis {
namespace untag_resource_operation {

struct Input {
    std::vector<std::string> tag_keys;
    std::string resource_arn;
    static constexpr auto members() {
        return std::tuple{
            aws::member("TagKeys", &Input::tag_keys, {.required = true, .min = 1, .max = 50}),
            aws::member(
                "ResourceARN", &Input::resource_arn,
                {.required = true, .min = 1, .max = 2048, .pattern = resource_arn_pattern})};
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find_arn(call, input.resource_arn);
    if (!stream) return respond(std::move(stream.error()));
    remove_tags(kinesis, std::move(stream.value()), std::move(input.tag_keys),
                [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                    if (!changed) return respond(std::move(changed.error()));
                    respond(Output{});
                });
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace kinesis
