// TagResource: AddTagsToStream by the arn of any Kinesis resource; here that is a stream.
#include "services/kinesis/tags.h"

namespace kinesis {
namespace tag_resource_operation {

struct Input {
    std::map<std::string, std::string> tags;
    std::string resource_arn;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Tags", &Input::tags, {.required = true, .min = 1, .max = 200}),
            aws::member(
                "ResourceARN", &Input::resource_arn,
                {.required = true, .min = 1, .max = 2048, .pattern = resource_arn_pattern})};
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find_arn(call, input.resource_arn);
    if (!stream) return respond(std::move(stream.error()));
    add_tags(kinesis, std::move(stream.value()), std::move(input.tags),
             [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                 if (!changed) return respond(std::move(changed.error()));
                 respond(Output{});
             });
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace kinesis
