// DeleteAgentRuntime: the record goes, and its program ends.
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace delete_agent_runtime_operation {

struct Input {
    std::string id;
    std::optional<std::string> client_token;
    static constexpr auto members() {
        shape::Constraints token = token_rule;
        token.location = shape::Location::query;
        return std::tuple{aws::member("agentRuntimeId", &Input::id, id_in_path),
                          aws::member("clientToken", &Input::client_token, token)};
    }
};
struct Output {
    std::string status = "DELETING";
    std::string id;
    static constexpr auto members() {
        return std::tuple{aws::member("status", &Output::status),
                          aws::member("agentRuntimeId", &Output::id)};
    }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    TRY_VOID(agents.remove(call, input.id));
    return Output{"DELETING", input.id};
}

}  // namespace delete_agent_runtime_operation

constinit const aws::Operation delete_agent_runtime =
    aws::operation<&delete_agent_runtime_operation::run>(
        "DeleteAgentRuntime", {.http = {"DELETE", "/runtimes/{agentRuntimeId}/", 202}});

}  // namespace bedrockagentcore
