// UntagResource: take tags off a runtime; those that are not there do not matter.
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace untag_resource_operation {

struct Input {
    std::string arn;
    std::vector<std::string> keys;
    static constexpr auto members() {
        return std::tuple{
            aws::member(
                "resourceArn", &Input::arn,
                {.required = true, .min = 20, .max = 1011, .location = shape::Location::path}),
            aws::member("tagKeys", &Input::keys,
                        {.required = true, .max = 200, .location = shape::Location::query})};
    }
};
struct Output {
    static constexpr auto members() { return std::tuple{}; }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    TRY(id, id_of_arn(call, input.arn));
    TRY_VOID(agents.change(call, id, false, [&](RuntimeRow& row) -> aws::Reply<void> {
        for (const std::string& key : input.keys)
            row.tags.erase(key);
        return base::ok();
    }));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource = aws::operation<&untag_resource_operation::run>(
    "UntagResource", {.http = {"DELETE", "/tags/{resourceArn}", 204}});

}  // namespace bedrockagentcore
