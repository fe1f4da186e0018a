// Settings of the program: flag over environment over file. The struct below is the only place that
// names them; flags, DATASTACK_… variables, the file's keys and --help come from its members.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/file_system.h"
#include "base/result.h"
#include "base/shape.h"

namespace app {

struct Settings {
    std::string listen = "127.0.0.1:4566";
    std::string data_dir = "./.datastack";
    std::string config = "";
    std::string auth = "verify";
    std::string durability = "full";
    std::string limits = "off";
    std::string log_level = "info";
    std::int64_t threads = 0;
    std::string region = "us-west-2";
    std::string node = "";
    std::string mcp_auth = "on";
    std::string mcp_jwks = "";
    std::string mcp_issuer = "";
    std::string mcp_audience = "";
    std::string mcp_resource = "";
    std::string http_sessions = "on";
    std::string access_key_id = "";
    std::string secret_access_key = "";

    static constexpr auto members() {
        using shape::member;
        return std::tuple{
            member("listen", &Settings::listen, {.help = "HOST:PORT of the endpoint"}),
            member("data-dir", &Settings::data_dir, {.help = "where everything is kept"}),
            member("config", &Settings::config, {.help = "YAML file of settings, key: value"}),
            member("auth", &Settings::auth,
                   {.values = "verify, off", .help = "check signatures, or take any key"}),
            member("durability", &Settings::durability,
                   {.values = "full, relaxed", .help = "relaxed answers before fdatasync"}),
            member("limits", &Settings::limits,
                   {.values = "off, aws", .help = "aws throttles shards as AWS does"}),
            member("log-level", &Settings::log_level,
                   {.values = "debug, info, warn, error", .help = "of the program's own log"}),
            member("threads", &Settings::threads,
                   {.min = 0, .max = 256, .help = "of the handler pool; 0: by the machine"}),
            member("region", &Settings::region, {.help = "that env prints and the verbs use"}),
            member("node", &Settings::node,
                   {.help = "program that nodejs functions run with; default: node in PATH"}),
            member("mcp-auth", &Settings::mcp_auth,
                   {.values = "on, off", .help = "whether /mcp wants a token: the one of env"}),
            member("mcp-jwks", &Settings::mcp_jwks,
                   {.help = "instead tokens signed by a key of this set: a URL or a file"}),
            member("mcp-issuer", &Settings::mcp_issuer, {.help = "of such tokens"}),
            member("mcp-audience", &Settings::mcp_audience, {.help = "of such tokens"}),
            member("mcp-resource", &Settings::mcp_resource,
                   {.help = "public URL of /mcp, when it is not the audience"}),
            member("http-sessions", &Settings::http_sessions,
                   {.values = "on, off", .help = "sessions of MCP clients before 2026-07-28"}),
            member("access-key-id", &Settings::access_key_id,
                   {.help = "root key instead of the generated one"}),
            member("secret-access-key", &Settings::secret_access_key,
                   {.sensitive = true, .help = "its secret; better by environment"})};
    }
};

// What was given on the command line, by member name.
using Flags = std::map<std::string, std::string>;
// The environment: a variable's value, absent when not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Defaults, then the file (--config, DATASTACK_CONFIG), then the environment, then flags.
//   errors  invalid: an unknown key in the file, a value of the wrong type or outside its set; the
//           message says which source and what is allowed
base::Result<Settings> load_settings(const Flags& flags, const Environment& environment,
                                     base::FileSystem& files);

// "data-dir" -> "DATASTACK_DATA_DIR"
std::string environment_name(std::string_view member_name);

}  // namespace app
