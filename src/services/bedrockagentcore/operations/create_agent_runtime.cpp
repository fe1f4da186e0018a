// CreateAgentRuntime: a record. The program starts when it is first invoked.
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace create_agent_runtime_operation {

struct Input : Settings {
    std::string name;
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        return std::tuple_cat(
            std::tuple{aws::member("agentRuntimeName", &Input::name,
                                   {.required = true, .pattern = "[a-zA-Z][a-zA-Z0-9_]{0,47}"}),
                       aws::member("tags", &Input::tags, {.max = 50})},
            Settings::members());
    }
};
struct Output : Summary {
    base::Timestamp created;
    static constexpr auto members() {
        return std::tuple_cat(Summary::members(),
                              std::tuple{aws::member("createdAt", &Output::created, moment)});
    }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    RuntimeRow row;
    row.name = std::move(input.name);
    TRY_VOID(apply(input, row));
    TRY_VOID(check_tags(input.tags));
    row.tags = std::move(input.tags);
    // Of CloudFormation, else the client's.
    const std::string token =
        !call.client_token.empty() ? call.client_token : input.client_token.value_or("");
    TRY(made, agents.create(call, std::move(row), token));
    Output output;
    static_cast<Summary&>(output) = summary_of(call, made);
    output.created = made.created;
    return output;
}

}  // namespace create_agent_runtime_operation

constinit const aws::Operation create_agent_runtime =
    aws::operation<&create_agent_runtime_operation::run>("CreateAgentRuntime",
                                                         {.http = {"PUT", "/runtimes/", 202}});

}  // namespace bedrockagentcore
