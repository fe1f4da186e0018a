// The MCP server as a program of its own: over stdin and stdout or over HTTP, without the services.
// `datastack-mcp` is this and nothing else; `datastack mcp --stdio` runs it too.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/random.h"
#include "base/result.h"
#include "mcp/backend.h"
#include "mcp/registry.h"

namespace app {

struct McpBackendEnvironment {
    const base::Clock& clock;
    base::Random& random;
    base::Executor& waiting;  // its tasks wait for the network
    base::Log& log;
};
using MakeMcpBackend =
    std::function<base::Result<std::unique_ptr<mcp::Backend>>(const McpBackendEnvironment&)>;

struct McpProgramOptions {
    bool stdio = false;
    std::string listen = "127.0.0.1:8000";
    bool hosted = false;   // 0.0.0.0, no sessions, absent headers of the new era are tolerated
    bool sessions = true;  // HTTP, session era
    bool auth = true;      // HTTP: a bearer token is needed
    std::string token;     // which; empty: one is made and printed
    // Instead of one token those of an authorization server; see mcp::AuthorizationSettings.
    std::string jwks;
    std::string issuer;
    std::string audience;
    std::string resource;
    // What clients carry for us is sealed with it: the same for all instances behind one address.
    // Empty: one for this process.
    std::string secret;
    std::vector<std::string> host_names;
    bool debug = false;  // log lines of that level too
    mcp::Catalog catalog;
    MakeMcpBackend make_backend;
};

// Serve until stdin ends (stdio) or a signal comes. Prints what a person needs to stderr.
//   returns  the exit code
//   errors   what keeps it from starting: no keys, a port that is taken
base::Result<int> run_mcp_program(McpProgramOptions options);

}  // namespace app
