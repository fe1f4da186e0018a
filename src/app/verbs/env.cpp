// datastack env: shell lines that point AWS clients at this server. eval "$(datastack env)"
#include "app/verbs/env.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/api.h"
#include "app/mcp_endpoint.h"
#include "app/stack.h"
#include "app/verbs/verb.h"
#include "base/file_system.h"

namespace app {

namespace {

// 'it'\''s' for a POSIX shell.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out.push_back(c);
        }
    }
    return out + "'";
}

std::string absolute_path(const std::string& path) {
    char* resolved = ::realpath(path.c_str(), nullptr);
    std::string out = resolved != nullptr ? resolved : path;
    std::free(resolved);
    return out;
}

// The CDK CLI that the app pins, before any other: newer numbers need not be newer programs. Its
// folder may not be there yet, before `npm install`.
void add_cdk(const VerbContext& context, std::map<std::string, std::string>& variables) {
    const std::string app =
        absolute_path(find_program_directory() + "/../../consolidated-data-stack");
    if (base::exists(context.files, app + "/package.json")) {
        const std::string programs = app + "/node_modules/.bin";
        const std::string path = context.environment("PATH").value_or("");
        const bool is_first = path == programs || path.starts_with(programs + ":");
        variables["PATH"] = is_first ? path : path.empty() ? programs : programs + ":" + path;
    }
    // What it would ask the internet for, and a warning about the age of node.
    variables["CDK_DISABLE_CLI_TELEMETRY"] = "1";
    variables["CDK_DISABLE_VERSION_CHECK"] = "1";
    variables["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
}

base::Result<int> run(const VerbContext& context) {
    TRY(variables, client_environment(context));
    add_cdk(context, variables);
    std::string out;
    for (const char* name : cleared_variables)
        out += "unset " + std::string(name) + "\n";
    for (const auto& [name, value] : variables)
        out += "export " + name + "=" + quoted(value) + "\n";
    std::fputs(out.c_str(), stdout);
    if (context.terminal.interactive) {
        std::fputs("# to use it:  eval \"$(datastack env)\"\n", stdout);
    }
    return 0;
}

}  // namespace

base::Result<std::map<std::string, std::string>> client_environment(const VerbContext& context) {
    TRY(credentials, find_credentials(context.settings, context.files));
    const auto inherited = [&](const char* name) { return context.environment(name).value_or(""); };
    // The proxies that are set already keep their exceptions.
    std::string no_proxy = "127.0.0.1,localhost,::1";
    for (const char* name : {"NO_PROXY", "no_proxy"}) {
        const std::string before = inherited(name);
        if (!before.empty() && before != no_proxy && !before.starts_with(no_proxy + ",")) {
            no_proxy += "," + before;
            break;
        }
        if (before.starts_with(no_proxy + ",")) {
            no_proxy = before;
            break;
        }
    }
    return std::map<std::string, std::string>{
        {"AWS_ENDPOINT_URL", endpoint_url(context.settings.listen)},
        {"AWS_ACCESS_KEY_ID", credentials.access_key_id},
        {"AWS_SECRET_ACCESS_KEY", credentials.secret_access_key},
        {"AWS_REGION", context.settings.region},
        {"AWS_DEFAULT_REGION", context.settings.region},
        {"AWS_PAGER", ""},
        {"AWS_EC2_METADATA_DISABLED", "true"},
        {"NO_PROXY", no_proxy},
        {"no_proxy", no_proxy},
        {"DATASTACK_MCP_TOKEN", mcp_token(credentials.secret_access_key)},
        {"DATASTACK_LISTEN", context.settings.listen},
        {"DATASTACK_DATA_DIR", absolute_path(context.settings.data_dir)},
    };
}

const Verb env_verb = {"env",
                       "print shell lines that point AWS clients here: eval \"$(datastack env)\"",
                       declare_nothing, run};

}  // namespace app
