// The members that the operations on runtimes share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/call.h"
#include "aws/operation.h"
#include "services/bedrockagentcore/bedrockagentcore.h"

namespace bedrockagentcore {

inline constexpr shape::Constraints id_in_path = {
    .required = true,
    .pattern = "[a-zA-Z][a-zA-Z0-9_]{0,99}-[a-zA-Z0-9]{10}",
    .location = shape::Location::path};
inline constexpr shape::Constraints moment = {.timestamp = shape::TimestampFormat::iso8601};
inline constexpr shape::Constraints token_rule = {
    .min = 33, .max = 256, .pattern = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}"};

struct ContainerConfiguration {
    std::string container_uri;
    static constexpr auto members() {
        return std::tuple{aws::member(
            "containerUri", &ContainerConfiguration::container_uri,
            {.required = true,
             .min = 1,
             .max = 1024,
             .pattern = R"((([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?)"
                        R"(|public\.ecr\.aws)/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+)"
                        R"((?:[._-][a-z0-9]+)*)(?::([^:@]{1,300}))?(?:@(.+))?)"})};
    }
};
struct Artifact {
    static constexpr bool is_union = true;
    std::optional<ContainerConfiguration> container;
    std::optional<shape::Document> code;
    static constexpr auto members() {
        return std::tuple{aws::member("containerConfiguration", &Artifact::container),
                          aws::member("codeConfiguration", &Artifact::code)};
    }
};
struct NetworkConfiguration {
    std::string network_mode;
    std::optional<shape::Document> network_mode_config;
    static constexpr auto members() {
        using N = NetworkConfiguration;
        return std::tuple{aws::member("networkMode", &N::network_mode,
                                      {.required = true, .values = "PUBLIC, VPC"}),
                          aws::member("networkModeConfig", &N::network_mode_config)};
    }
};
struct ProtocolConfiguration {
    std::string server_protocol;
    static constexpr auto members() {
        return std::tuple{aws::member("serverProtocol", &ProtocolConfiguration::server_protocol,
                                      {.required = true, .values = "MCP, HTTP, A2A, AGUI"})};
    }
};
struct LifecycleConfiguration {
    std::optional<std::int32_t> idle_seconds;
    std::optional<std::int32_t> lifetime_seconds;
    static constexpr auto members() {
        using L = LifecycleConfiguration;
        return std::tuple{
            aws::member("idleRuntimeSessionTimeout", &L::idle_seconds, {.min = 60, .max = 28'800}),
            aws::member("maxLifetime", &L::lifetime_seconds, {.min = 60, .max = 28'800})};
    }
};
struct HeaderConfiguration {
    static constexpr bool is_union = true;
    std::optional<std::vector<std::string>> allowlist;
    static constexpr auto members() {
        return std::tuple{aws::member("requestHeaderAllowlist", &HeaderConfiguration::allowlist,
                                      {.min = 1, .max = 20})};
    }
};

struct JwtAuthorizer {
    std::string discovery_url;
    std::vector<std::string> allowed_audience;
    // Refused when they are there.
    std::optional<shape::Document> clients, scopes, claims, endpoint;
    std::vector<shape::Document> endpoints;
    static constexpr auto members() {
        using J = JwtAuthorizer;
        return std::tuple{
            aws::member("discoveryUrl", &J::discovery_url,
                        {.required = true, .pattern = R"(.+/\.well-known/openid-configuration)"}),
            aws::member("allowedAudience", &J::allowed_audience, {.min = 1}),
            aws::member("allowedClients", &J::clients),
            aws::member("allowedScopes", &J::scopes),
            aws::member("customClaims", &J::claims),
            aws::member("privateEndpoint", &J::endpoint),
            aws::member("privateEndpointOverrides", &J::endpoints, {.max = 5})};
    }
};
struct Authorizer {
    static constexpr bool is_union = true;
    std::optional<JwtAuthorizer> jwt;
    static constexpr auto members() {
        return std::tuple{aws::member("customJWTAuthorizer", &Authorizer::jwt)};
    }
};

// What CreateAgentRuntime and UpdateAgentRuntime both take.
struct Settings {
    Artifact artifact;
    std::string role_arn;
    NetworkConfiguration network;
    std::optional<ProtocolConfiguration> protocol;
    std::optional<std::string> client_token;
    std::optional<std::string> description;
    std::optional<Authorizer> authorizer;
    std::optional<HeaderConfiguration> headers;
    std::optional<LifecycleConfiguration> lifecycle;
    std::map<std::string, std::string> environment;
    std::vector<shape::Document> file_systems;
    static constexpr auto members() {
        using S = Settings;
        return std::tuple{
            aws::member("agentRuntimeArtifact", &S::artifact, {.required = true}),
            aws::member("roleArn", &S::role_arn,
                        {.required = true,
                         .min = 1,
                         .max = 2048,
                         .pattern = "arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+"}),
            aws::member("networkConfiguration", &S::network, {.required = true}),
            aws::member("protocolConfiguration", &S::protocol),
            aws::member("clientToken", &S::client_token, token_rule),
            aws::member("description", &S::description, {.min = 1, .max = 4096, .sensitive = true}),
            aws::member("authorizerConfiguration", &S::authorizer),
            aws::member("requestHeaderConfiguration", &S::headers),
            aws::member("lifecycleConfiguration", &S::lifecycle),
            aws::member("environmentVariables", &S::environment, {.max = 50, .sensitive = true}),
            aws::member("filesystemConfigurations", &S::file_systems, {.max = 5})};
    }
};
// Put the settings into a row; refuses what cannot be done here. The role is not looked at.
aws::Reply<void> apply(const Settings& settings, RuntimeRow& row);

// Of a runtime in every answer.
struct Summary {
    std::string arn;
    std::string id;
    std::string version;
    std::string status = "READY";
    static constexpr auto members() {
        using S = Summary;
        return std::tuple{
            aws::member("agentRuntimeArn", &S::arn), aws::member("agentRuntimeId", &S::id),
            aws::member("agentRuntimeVersion", &S::version), aws::member("status", &S::status)};
    }
};
Summary summary_of(const aws::Call& call, const RuntimeRow& row);

aws::Reply<void> check_tags(const std::map<std::string, std::string>& tags);

}  // namespace bedrockagentcore
