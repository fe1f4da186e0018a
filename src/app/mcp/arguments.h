// The command line of `datastack-mcp`. By hand, because it is small and the program is to stay so.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/mcp/program.h"

namespace app {

inline constexpr const char* mcp_help =
    "usage: datastack-mcp [--stdio | --listen HOST:PORT | --hosted] [options]\n"
    "\n"
    "An MCP server over the telemetry: catalog, SQL, streams. It needs AWS_ACCESS_KEY_ID,\n"
    "AWS_SECRET_ACCESS_KEY and AWS_REGION, and AWS_ENDPOINT_URL when it is not to ask AWS.\n"
    "\n"
    "  --stdio                 speak over stdin and stdout\n"
    "  --listen HOST:PORT      speak over HTTP at /mcp [127.0.0.1:8000]\n"
    "  --hosted                0.0.0.0:8000 behind a platform: no sessions, its headers, its "
    "pings\n"
    "  --http-sessions on|off  sessions of clients before 2026-07-28 [on]\n"
    "  --mcp-auth on|off       whether a bearer token is needed: DATASTACK_MCP_TOKEN, or one that\n"
    "                          is made and printed [on; off with --hosted]\n"
    "  --allow-host NAME       a name of this machine beside localhost; again for more\n"
    "  --debug                 log more, to stderr\n"
    "\n"
    "DATASTACK_MCP_SECRET seals what clients carry for the server; set it to the same text for "
    "all\n"
    "instances behind one address.\n";

struct McpArguments {
    bool help = false;
    McpProgramOptions program;
};

// errors  invalid: which argument, and what is allowed
base::Result<McpArguments> parse_mcp_arguments(
    const std::vector<std::string>& arguments,
    const std::function<std::optional<std::string>(const std::string& name)>& environment);

}  // namespace app
