// AWS::BedrockAgentCore::Runtime. Source: CloudFormation's resource reference. Not here, and
// refused by name: AuthorizerConfiguration, FilesystemConfigurations, code packages, VPCs.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/bedrockagentcore/bedrockagentcore.h"

namespace bedrockagentcore {
namespace {

namespace json = boost::json;

struct ContainerProperty {
    std::string container_uri;
    bool operator==(const ContainerProperty&) const = default;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ContainerUri", &ContainerProperty::container_uri, {.required = true})};
    }
};
struct ArtifactProperty {
    std::optional<ContainerProperty> container;
    bool operator==(const ArtifactProperty&) const = default;
    static constexpr auto members() {
        return std::tuple{aws::member("ContainerConfiguration", &ArtifactProperty::container,
                                      {.required = true})};
    }
};
struct NetworkProperty {
    std::string network_mode;
    bool operator==(const NetworkProperty&) const = default;
    static constexpr auto members() {
        return std::tuple{
            aws::member("NetworkMode", &NetworkProperty::network_mode, {.required = true})};
    }
};
struct HeadersProperty {
    std::vector<std::string> allowlist;
    bool operator==(const HeadersProperty&) const = default;
    static constexpr auto members() {
        return std::tuple{aws::member("RequestHeaderAllowlist", &HeadersProperty::allowlist)};
    }
};
struct LifecycleProperty {
    std::optional<std::int64_t> idle_seconds;
    std::optional<std::int64_t> lifetime_seconds;
    bool operator==(const LifecycleProperty&) const = default;
    static constexpr auto members() {
        using L = LifecycleProperty;
        return std::tuple{aws::member("IdleRuntimeSessionTimeout", &L::idle_seconds),
                          aws::member("MaxLifetime", &L::lifetime_seconds)};
    }
};

struct JwtProperty {
    std::string discovery_url;
    std::vector<std::string> allowed_audience;
    bool operator==(const JwtProperty&) const = default;
    static constexpr auto members() {
        using J = JwtProperty;
        return std::tuple{aws::member("DiscoveryUrl", &J::discovery_url, {.required = true}),
                          aws::member("AllowedAudience", &J::allowed_audience)};
    }
};
struct AuthorizerProperty {
    std::optional<JwtProperty> jwt;
    bool operator==(const AuthorizerProperty&) const = default;
    static constexpr auto members() {
        return std::tuple{aws::member("CustomJWTAuthorizer", &AuthorizerProperty::jwt)};
    }
};

struct RuntimeResource {
    struct Properties {
        std::string name;
        ArtifactProperty artifact;
        std::string role_arn;
        NetworkProperty network;
        std::optional<std::string> protocol;
        std::optional<std::string> description;
        std::map<std::string, std::string> environment;
        std::optional<HeadersProperty> headers;
        std::optional<LifecycleProperty> lifecycle;
        std::optional<AuthorizerProperty> authorizer;
        std::map<std::string, std::string> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("AgentRuntimeName", &P::name, {.required = true, .replaces = true}),
                aws::member("AgentRuntimeArtifact", &P::artifact, {.required = true}),
                aws::member("RoleArn", &P::role_arn, {.required = true}),
                aws::member("NetworkConfiguration", &P::network, {.required = true}),
                aws::member("ProtocolConfiguration", &P::protocol),
                aws::member("Description", &P::description),
                aws::member("EnvironmentVariables", &P::environment),
                aws::member("RequestHeaderConfiguration", &P::headers),
                aws::member("LifecycleConfiguration", &P::lifecycle),
                aws::member("AuthorizerConfiguration", &P::authorizer),
                aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"AgentRuntimeArn",     "AgentRuntimeId",
                                                      "AgentRuntimeVersion", "Status",
                                                      "CreatedAt",           "LastUpdatedAt"};

    // As the service makes it of the same token.
    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return runtime_id(properties.name, context.token);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&) {
        return {{"bedrockagentcore",
                 "DeleteAgentRuntime",
                 {{"agentRuntimeId", context.physical_id}},
                 {"ResourceNotFoundException"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return {{"bedrockagentcore",
                 "GetAgentRuntime",
                 {{"agentRuntimeId", context.physical_id}},
                 {"ResourceNotFoundException"}}};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs) {
        const json::object& runtime = outputs[0];
        return {{"AgentRuntimeArn", runtime.at("agentRuntimeArn")},
                {"AgentRuntimeId", runtime.at("agentRuntimeId")},
                {"AgentRuntimeVersion", runtime.at("agentRuntimeVersion")},
                {"Status", runtime.at("status")},
                {"CreatedAt", runtime.at("createdAt")},
                {"LastUpdatedAt", runtime.at("lastUpdatedAt")}};
    }
};

using Properties = RuntimeResource::Properties;

json::object map_of(const std::map<std::string, std::string>& values) {
    json::object out;
    for (const auto& [key, value] : values)
        out[key] = value;
    return out;
}

json::object settings_of(const Properties& properties) {
    json::object input{
        {"roleArn", properties.role_arn},
        {"networkConfiguration", json::object{{"networkMode", properties.network.network_mode}}}};
    json::object artifact;
    if (properties.artifact.container) {
        artifact["containerConfiguration"] =
            json::object{{"containerUri", properties.artifact.container->container_uri}};
    }
    input["agentRuntimeArtifact"] = std::move(artifact);
    if (properties.protocol) {
        input["protocolConfiguration"] = json::object{{"serverProtocol", *properties.protocol}};
    }
    if (properties.description) input["description"] = *properties.description;
    if (!properties.environment.empty()) {
        input["environmentVariables"] = map_of(properties.environment);
    }
    if (properties.headers && !properties.headers->allowlist.empty()) {
        json::array names(properties.headers->allowlist.begin(),
                          properties.headers->allowlist.end());
        input["requestHeaderConfiguration"] =
            json::object{{"requestHeaderAllowlist", std::move(names)}};
    }
    if (properties.authorizer && properties.authorizer->jwt) {
        const JwtProperty& jwt = *properties.authorizer->jwt;
        json::array audience(jwt.allowed_audience.begin(), jwt.allowed_audience.end());
        input["authorizerConfiguration"] = json::object{
            {"customJWTAuthorizer", json::object{{"discoveryUrl", jwt.discovery_url},
                                                 {"allowedAudience", std::move(audience)}}}};
    }
    if (properties.lifecycle) {
        json::object lifecycle;
        if (const auto idle = properties.lifecycle->idle_seconds) {
            lifecycle["idleRuntimeSessionTimeout"] = *idle;
        }
        if (const auto lifetime = properties.lifecycle->lifetime_seconds) {
            lifecycle["maxLifetime"] = *lifetime;
        }
        input["lifecycleConfiguration"] = std::move(lifecycle);
    }
    return input;
}

aws::Reply<aws::ResourceSteps> RuntimeResource::create(const aws::ResourceContext& context,
                                                       const Properties& properties) {
    json::object input = settings_of(properties);
    input["agentRuntimeName"] = properties.name;
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["tags"] = map_of(tags);
    // A second run finds what the first one made: its id comes of the same token.
    return aws::ResourceSteps{{"bedrockagentcore", "CreateAgentRuntime", std::move(input)}};
}

aws::Reply<aws::ResourceSteps> RuntimeResource::update(const aws::ResourceContext& context,
                                                       const Properties& before,
                                                       const Properties& after) {
    aws::ResourceSteps steps;
    json::object input = settings_of(after);
    if (input != settings_of(before)) {
        input["agentRuntimeId"] = context.physical_id;
        steps.push_back({"bedrockagentcore", "UpdateAgentRuntime", std::move(input)});
    }
    const std::string arn = aws::make_arn("bedrock-agentcore", context.region, context.account,
                                          "runtime/" + context.physical_id);
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            {"bedrockagentcore",
             "UntagResource",
             {{"resourceArn", arn},
              {"tagKeys", json::array(changes.removed.begin(), changes.removed.end())}}});
    }
    if (!changes.set.empty()) {
        steps.push_back({"bedrockagentcore",
                         "TagResource",
                         {{"resourceArn", arn}, {"tags", map_of(changes.set)}}});
    }
    return steps;
}

}  // namespace

constinit const aws::ResourceType runtime_resource =
    aws::resource_type<RuntimeResource>("AWS::BedrockAgentCore::Runtime");

}  // namespace bedrockagentcore
