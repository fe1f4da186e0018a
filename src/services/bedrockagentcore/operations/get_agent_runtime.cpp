// GetAgentRuntime: the newest version as it was made.
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace get_agent_runtime_operation {

struct Input {
    std::string id;
    std::optional<std::string> version;
    static constexpr auto members() {
        return std::tuple{aws::member("agentRuntimeId", &Input::id, id_in_path),
                          aws::member("agentRuntimeVersion", &Input::version,
                                      {.min = 1,
                                       .max = 5,
                                       .pattern = "([1-9][0-9]{0,4})",
                                       .wire_name = "version",
                                       .location = shape::Location::query})};
    }
};
struct Output : Summary {
    std::string name;
    base::Timestamp created;
    base::Timestamp updated;
    std::string role_arn;
    NetworkConfiguration network{"PUBLIC", {}};
    LifecycleConfiguration lifecycle;
    std::optional<std::string> description;
    Artifact artifact;
    ProtocolConfiguration protocol{"MCP"};
    std::map<std::string, std::string> environment;
    std::optional<HeaderConfiguration> headers;
    std::optional<Authorizer> authorizer;
    static constexpr auto members() {
        using O = Output;
        return std::tuple_cat(
            Summary::members(),
            std::tuple{aws::member("agentRuntimeName", &O::name),
                       aws::member("createdAt", &O::created, moment),
                       aws::member("lastUpdatedAt", &O::updated, moment),
                       aws::member("roleArn", &O::role_arn),
                       aws::member("networkConfiguration", &O::network),
                       aws::member("lifecycleConfiguration", &O::lifecycle),
                       aws::member("description", &O::description, {.sensitive = true}),
                       aws::member("agentRuntimeArtifact", &O::artifact),
                       aws::member("protocolConfiguration", &O::protocol),
                       aws::member("environmentVariables", &O::environment, {.sensitive = true}),
                       aws::member("requestHeaderConfiguration", &O::headers),
                       aws::member("authorizerConfiguration", &O::authorizer)});
    }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    TRY(row, agents.find(call, input.id));
    if (input.version && *input.version != std::to_string(row.version)) {
        return faults::not_found("version " + *input.version + " of agent runtime " + row.id);
    }
    Output output;
    static_cast<Summary&>(output) = summary_of(call, row);
    output.name = row.name;
    output.created = row.created;
    output.updated = row.updated;
    output.role_arn = row.role_arn;
    output.lifecycle = {static_cast<std::int32_t>(row.idle_seconds_max),
                        static_cast<std::int32_t>(row.lifetime_seconds_max)};
    output.description = row.description;
    output.artifact.container = ContainerConfiguration{row.container_uri};
    output.environment = row.environment;
    if (!row.header_allowlist.empty()) output.headers = HeaderConfiguration{row.header_allowlist};
    if (row.discovery_url) {
        JwtAuthorizer jwt;
        jwt.discovery_url = *row.discovery_url;
        jwt.allowed_audience = row.allowed_audience;
        output.authorizer = Authorizer{std::move(jwt)};
    }
    return output;
}

}  // namespace get_agent_runtime_operation

constinit const aws::Operation get_agent_runtime =
    aws::operation<&get_agent_runtime_operation::run>(
        "GetAgentRuntime", {.http = {"GET", "/runtimes/{agentRuntimeId}/"}});

}  // namespace bedrockagentcore
