// ListTagsForResource.
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace list_tags_for_resource_operation {

struct Input {
    std::string arn;
    static constexpr auto members() {
        return std::tuple{aws::member(
            "resourceArn", &Input::arn,
            {.required = true, .min = 20, .max = 1011, .location = shape::Location::path})};
    }
};
struct Output {
    std::map<std::string, std::string> tags;
    static constexpr auto members() { return std::tuple{aws::member("tags", &Output::tags)}; }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    TRY(id, id_of_arn(call, input.arn));
    TRY(row, agents.find(call, id));
    return Output{row.tags};
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>(
        "ListTagsForResource", {.http = {"GET", "/tags/{resourceArn}"}});

}  // namespace bedrockagentcore
