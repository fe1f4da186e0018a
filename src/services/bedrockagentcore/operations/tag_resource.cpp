// TagResource: add tags to a runtime, or change them.
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace tag_resource_operation {

struct Input {
    std::string arn;
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        return std::tuple{
            aws::member(
                "resourceArn", &Input::arn,
                {.required = true, .min = 20, .max = 1011, .location = shape::Location::path}),
            aws::member("tags", &Input::tags, {.required = true, .max = 50})};
    }
};
struct Output {
    static constexpr auto members() { return std::tuple{}; }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    TRY(id, id_of_arn(call, input.arn));
    TRY_VOID(agents.change(call, id, false, [&](RuntimeRow& row) -> aws::Reply<void> {
        for (const auto& [key, value] : input.tags)
            row.tags[key] = value;
        return check_tags(row.tags);
    }));
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource = aws::operation<&tag_resource_operation::run>(
    "TagResource", {.http = {"POST", "/tags/{resourceArn}", 204}});

}  // namespace bedrockagentcore
