// What is stored about a runtime: table "bedrockagentcore.runtimes", key (account, region, id).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace bedrockagentcore {

struct RuntimeRow {
    std::string id;  // "name-0123456789"
    std::string name;
    std::int64_t version = 1;
    std::string container_uri;
    std::string role_arn;
    std::optional<std::string> description;
    std::vector<std::string> header_allowlist;
    // Who invokes brings a token of this issuer for one of these audiences; absent: a signature.
    std::optional<std::string> discovery_url;
    std::vector<std::string> allowed_audience;
    std::int64_t idle_seconds_max = 900;
    std::int64_t lifetime_seconds_max = 28'800;
    std::map<std::string, std::string> environment;
    std::map<std::string, std::string> tags;
    base::Timestamp created;
    base::Timestamp updated;
    static constexpr auto members() {
        using R = RuntimeRow;
        return std::tuple{shape::member("id", &R::id),
                          shape::member("name", &R::name),
                          shape::member("version", &R::version),
                          shape::member("container_uri", &R::container_uri),
                          shape::member("role_arn", &R::role_arn),
                          shape::member("description", &R::description),
                          shape::member("header_allowlist", &R::header_allowlist),
                          shape::member("discovery_url", &R::discovery_url),
                          shape::member("allowed_audience", &R::allowed_audience),
                          shape::member("idle_seconds_max", &R::idle_seconds_max),
                          shape::member("lifetime_seconds_max", &R::lifetime_seconds_max),
                          shape::member("environment", &R::environment),
                          shape::member("tags", &R::tags),
                          shape::member("created", &R::created),
                          shape::member("updated", &R::updated)};
    }
};

}  // namespace bedrockagentcore
