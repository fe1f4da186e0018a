// UpdateAgentRuntime: all settings anew, as the next version.
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace update_agent_runtime_operation {

struct Input : Settings {
    std::string id;
    std::optional<shape::Document> metadata;
    static constexpr auto members() {
        return std::tuple_cat(std::tuple{aws::member("agentRuntimeId", &Input::id, id_in_path),
                                         aws::member("metadataConfiguration", &Input::metadata)},
                              Settings::members());
    }
};
struct Output : Summary {
    base::Timestamp created;
    base::Timestamp updated;
    static constexpr auto members() {
        return std::tuple_cat(Summary::members(),
                              std::tuple{aws::member("createdAt", &Output::created, moment),
                                         aws::member("lastUpdatedAt", &Output::updated, moment)});
    }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    if (input.metadata) return faults::unsupported("metadataConfiguration");
    TRY_VOID(agents.check_role(call, input.role_arn, input.id));
    TRY(row, agents.change(call, input.id, true,
                           [&](RuntimeRow& changed) { return apply(input, changed); }));
    Output output;
    static_cast<Summary&>(output) = summary_of(call, row);
    output.created = row.created;
    output.updated = row.updated;
    return output;
}

}  // namespace update_agent_runtime_operation

constinit const aws::Operation update_agent_runtime =
    aws::operation<&update_agent_runtime_operation::run>(
        "UpdateAgentRuntime", {.http = {"PUT", "/runtimes/{agentRuntimeId}/", 202}});

}  // namespace bedrockagentcore
