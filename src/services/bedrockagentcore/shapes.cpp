#include "services/bedrockagentcore/shapes.h"

#include <algorithm>

#include "services/bedrockagentcore/faults.h"

namespace bedrockagentcore {

namespace {

constexpr std::size_t name_characters_max = 100;
constexpr std::size_t value_characters_max = 5'000;
constexpr std::string_view program_name = "datastack-mcp";

// "…/team/datastack-mcp:1@sha256:…" -> "datastack-mcp"
std::string_view repository_of(std::string_view uri) {
    uri = uri.substr(0, uri.find('@'));
    const auto slash = uri.rfind('/');
    if (slash != std::string_view::npos) uri.remove_prefix(slash + 1);
    return uri.substr(0, uri.find(':'));
}

// What the platform tells the program itself: whose keys it has and where they are good, and the
// token by which the program knows the platform.
bool is_reserved(const std::string& variable) {
    static constexpr std::string_view names[] = {"DATASTACK_MCP_TOKEN", "DATASTACK_MCP_JWKS",
                                                 "DATASTACK_MCP_ISSUER", "DATASTACK_MCP_AUDIENCE",
                                                 "DATASTACK_MCP_RESOURCE"};
    return variable.starts_with("AWS_") ||
           std::find(std::begin(names), std::end(names), variable) != std::end(names);
}

bool is_header_name(const std::string& name) {
    if (name.empty() || name.size() > 256) return false;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool more = (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!letter && (!more || &c == name.data())) return false;
    }
    return true;
}

aws::Reply<void> refuse_unsupported(const Settings& settings) {
    if (settings.artifact.code) return faults::unsupported("codeConfiguration");
    if (settings.network.network_mode != "PUBLIC" || settings.network.network_mode_config) {
        return faults::unsupported("network modes other than PUBLIC");
    }
    if (!settings.protocol || settings.protocol->server_protocol != "MCP") {
        return faults::unsupported("protocols other than MCP: set serverProtocol");
    }
    if (!settings.file_systems.empty()) return faults::unsupported("filesystemConfigurations");
    return base::ok();
}

// The keys come from there: nobody on the way may change them.
bool is_safe(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") ||
           url.starts_with("http://localhost:");
}

aws::Reply<void> apply_authorizer(const Settings& settings, RuntimeRow& row) {
    row.discovery_url.reset();
    row.allowed_audience.clear();
    if (!settings.authorizer || !settings.authorizer->jwt) return base::ok();
    const JwtAuthorizer& jwt = *settings.authorizer->jwt;
    if (jwt.clients || jwt.scopes || jwt.claims || jwt.endpoint || !jwt.endpoints.empty()) {
        return faults::unsupported(
            "authorizers with allowedClients, allowedScopes, customClaims or private endpoints: "
            "use allowedAudience");
    }
    if (jwt.allowed_audience.empty() || jwt.allowed_audience.size() > audiences_max) {
        return faults::invalid("allowedAudience has 1 to " + std::to_string(audiences_max) +
                               " entries");
    }
    if (!is_safe(jwt.discovery_url)) {
        return faults::invalid("discoveryUrl must be https, or on this machine");
    }
    row.discovery_url = jwt.discovery_url;
    row.allowed_audience = jwt.allowed_audience;
    return base::ok();
}

}  // namespace

aws::Reply<void> apply(const Settings& settings, RuntimeRow& row) {
    TRY_VOID(refuse_unsupported(settings));
    if (!settings.artifact.container) {
        return faults::invalid("agentRuntimeArtifact needs containerConfiguration");
    }
    row.container_uri = settings.artifact.container->container_uri;
    if (repository_of(row.container_uri) != program_name) {
        return faults::unsupported("images other than " + std::string(program_name) +
                                   ", which stands for the program beside it");
    }
    TRY_VOID(apply_authorizer(settings, row));
    row.role_arn = settings.role_arn;
    row.description = settings.description;
    row.header_allowlist.clear();
    if (settings.headers && settings.headers->allowlist) {
        for (const std::string& name : *settings.headers->allowlist) {
            if (!is_header_name(name)) return faults::invalid("'" + name + "' is no header's name");
            row.header_allowlist.push_back(name);
        }
    }
    row.idle_seconds_max = RuntimeRow().idle_seconds_max;
    row.lifetime_seconds_max = RuntimeRow().lifetime_seconds_max;
    if (settings.lifecycle) {
        if (settings.lifecycle->idle_seconds) {
            row.idle_seconds_max = *settings.lifecycle->idle_seconds;
        }
        if (settings.lifecycle->lifetime_seconds) {
            row.lifetime_seconds_max = *settings.lifecycle->lifetime_seconds;
        }
    }
    for (const auto& [name, value] : settings.environment) {
        const bool whole =
            name.find('=') == std::string::npos && (name + value).find('\0') == std::string::npos;
        if (name.empty() || name.size() > name_characters_max || !whole ||
            value.size() > value_characters_max) {
            return faults::invalid("environmentVariables has a name or value that is not allowed");
        }
        if (is_reserved(name)) {
            return faults::invalid("environmentVariables has " + name +
                                   ", which the platform sets");
        }
    }
    row.environment = settings.environment;
    return base::ok();
}

Summary summary_of(const aws::Call& call, const RuntimeRow& row) {
    return {runtime_arn(call, row.id), row.id, std::to_string(row.version)};
}

aws::Reply<void> check_tags(const std::map<std::string, std::string>& tags) {
    if (tags.size() > tags_max) return faults::too_many("A resource has at most 50 tags.");
    for (const auto& [key, value] : tags) {
        if (key.empty() || key.size() > 128 || value.size() > 256) {
            return faults::invalid("A tag's key has 1 to 128 characters, its value at most 256.");
        }
    }
    return base::ok();
}

}  // namespace bedrockagentcore
