// TagResource of a log group.
#include "services/logs/faults.h"
#include "services/logs/logs.h"
#include "services/logs/tags.h"

namespace logs {
namespace tag_resource_operation {

struct Input {
    std::string arn;
    Tags tags;
    static constexpr auto members() {
        return std::tuple{
            shape::member("resourceArn", &Input::arn, arn_rule),
            shape::member("tags", &Input::tags, {.required = true, .min = 1, .max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find_arn(call, input.arn));
    TRY_VOID(add_tags(*group, input.tags));
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace logs
