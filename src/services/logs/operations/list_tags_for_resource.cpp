// ListTagsForResource of a log group.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace list_tags_for_resource_operation {

struct Input {
    std::string arn;
    static constexpr auto members() {
        return std::tuple{shape::member("resourceArn", &Input::arn, arn_rule)};
    }
};
struct Output {
    Tags tags;
    static constexpr auto members() { return std::tuple{shape::member("tags", &Output::tags)}; }
};

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find_arn(call, input.arn));
    return Output{group->row().tags};
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>("ListTagsForResource");

}  // namespace logs
