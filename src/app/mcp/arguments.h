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
    "An MCP server over the telemetry: catalog, SQL, streams. It asks AWS, or a Data Stack at\n"
    "AWS_ENDPOINT_URL, with the keys of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, of\n"
    "AWS_PROFILE, or of the container's or instance's role, in AWS_REGION.\n"
    "\n"
    "  --stdio                 speak over stdin and stdout\n"
    "  --listen HOST:PORT      speak over HTTP at /mcp [127.0.0.1:8000]\n"
    "  --hosted                0.0.0.0:8000 behind a platform: no sessions, its headers, its "
    "pings\n"
    "  --http-sessions on|off  sessions of clients before 2026-07-28 [on]\n"
    "  --mcp-auth on|off       whether a bearer token is needed: DATASTACK_MCP_TOKEN, or one that\n"
    "                          is made and printed [on; off with --hosted]\n"
    "  --mcp-jwks URL|FILE     instead tokens signed by a key of this set; with --mcp-issuer and\n"
    "                          --mcp-audience, and --mcp-resource when /mcp's public URL is not\n"
    "                          the audience; also as DATASTACK_MCP_JWKS, ...\n"
    "  --allow-host NAME       a name of this machine beside localhost; again for more\n"
    "  --workgroup NAME        Athena's workgroup for queries [DATASTACK_MCP_WORKGROUP]\n"
    "  --output-location URL   where results go, s3://BUCKET/PREFIX, unless the workgroup says it\n"
    "                          [DATASTACK_MCP_OUTPUT_LOCATION]\n"
    "  --debug                 log more, to stderr\n"
    "  --version               print the version\n"
    "\n"
    "DATASTACK_MCP_SECRET seals what clients carry for the server; set it to the same text for "
    "all\n"
    "instances behind one address.\n";

struct McpArguments {
    bool help = false;
    bool version = false;
    McpProgramOptions program;
};

// errors  invalid: which argument, and what is allowed
base::Result<McpArguments> parse_mcp_arguments(
    const std::vector<std::string>& arguments,
    const std::function<std::optional<std::string>(const std::string& name)>& environment);

}  // namespace app
