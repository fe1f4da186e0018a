// datastack mcp: MCP over stdin and stdout against a running server, and the configuration of MCP's
// clients.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/api.h"
#include "app/mcp_clients.h"
#include "app/mcp_endpoint.h"
#include "app/stack.h"
#include "app/verbs/env.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

void declare(CLI::App& command, VerbArguments& arguments) {
    command.add_flag("--stdio", arguments.switches["--stdio"],
                     "speak MCP over stdin and stdout, for the server at --listen");
    command.add_option("words", arguments.rest,
                       "config CLIENT prints the configuration of a client: " + mcp_client_names());
}

std::string absolute(const std::string& path) {
    char* resolved = ::realpath(path.c_str(), nullptr);
    std::string out = resolved != nullptr ? resolved : path;
    std::free(resolved);
    return out;
}

// ---- mcp config CLIENT ----

base::Result<McpConnection> describe_connection(const VerbContext& context,
                                                const McpClient& client) {
    const Settings& settings = context.settings;
    McpConnection connection;
    connection.program = find_program_directory() + "/datastack";
    connection.arguments = {"mcp",           "--stdio",      "--listen",
                            settings.listen, "--data-dir",   absolute(settings.data_dir),
                            "--region",      settings.region};
    // Keys that are not in the data directory come along: the client starts without our variables.
    if (!settings.access_key_id.empty()) {
        connection.variables = {{"DATASTACK_ACCESS_KEY_ID", settings.access_key_id},
                                {"DATASTACK_SECRET_ACCESS_KEY", settings.secret_access_key}};
    }
    connection.url = endpoint_url(settings.listen) + "/mcp";
    const bool wants_token = settings.mcp_auth == "on" && settings.mcp_jwks.empty();
    // A program that is started reads the keys itself: better to say now that there are none.
    if (!wants_token && !client.starts_program) return connection;
    TRY(credentials, find_credentials(settings, context.files));
    connection.token = mcp_token(credentials.secret_access_key);
    return connection;
}

// A file is easily read, or committed, by others; what is on the screen its reader knows about.
void warn_of_secrets(const McpClient& client, const McpConnection& connection) {
    const char* secret = nullptr;
    if (client.starts_program && !connection.variables.empty()) secret = "the secret access key";
    if (!client.starts_program && !connection.token.empty()) secret = "the bearer token";
    if (secret == nullptr) return;
    std::fprintf(stderr,
                 "datastack: this configuration contains %s: let nobody else read the file, and "
                 "keep it out of repositories\n",
                 secret);
}

base::Result<int> print_config(const VerbContext& context, const std::string& name) {
    const McpClient* client = find_mcp_client(name);
    if (client == nullptr) {
        return Error{ErrorKind::invalid,
                     "unknown client '" + name + "': one of " + mcp_client_names(), ""};
    }
    TRY(connection, describe_connection(context, *client));
    std::fputs(mcp_client_config(*client, connection).c_str(), stdout);
    if (context.terminal.interactive) std::fprintf(stderr, "# for %s\n", client->place);
    if (!context.terminal.interactive) warn_of_secrets(*client, connection);
    return 0;
}

// ---- mcp --stdio ----

// The same program as the one that runs alone, with our endpoint and keys.
base::Result<int> run_stdio(const VerbContext& context) {
    TRY(variables, client_environment(context));
    // A client shows what goes wrong here; later it would see failing calls only.
    TRY(api, Api::open(context.settings, context.files, context.clock, context.random));
    TRY_VOID(api->query(sts_api, "2011-06-15", "GetCallerIdentity", {}));
    for (const char* name : cleared_variables)
        ::unsetenv(name);
    for (const auto& [name, value] : variables)
        ::setenv(name.c_str(), value.c_str(), 1);
    // Cursors stay good when the client starts us again.
    ::setenv("DATASTACK_MCP_SECRET", variables["DATASTACK_MCP_TOKEN"].c_str(), 1);
    const std::string program = find_program_directory() + "/datastack-mcp";
    ::execl(program.c_str(), "datastack-mcp", "--stdio", nullptr);
    return Error{ErrorKind::io,
                 "cannot run " + program + " (" + std::strerror(errno) +
                     "): it lies beside datastack in a whole build (./dev build)",
                 "", errno};
}

base::Result<int> run(const VerbContext& context) {
    const auto& words = context.arguments.rest;
    if (context.is_on("--stdio") && words.empty()) return run_stdio(context);
    if (!context.is_on("--stdio") && words.size() == 2 && words[0] == "config") {
        return print_config(context, words[1]);
    }
    return Error{ErrorKind::invalid,
                 "say either mcp --stdio, or mcp config and one of " + mcp_client_names(), ""};
}

}  // namespace

const Verb mcp_verb = {"mcp",
                       "speak MCP with --stdio, or print a client's configuration: mcp config NAME",
                       declare, run};

}  // namespace app
