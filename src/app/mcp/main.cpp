// The program `datastack-mcp`: the MCP server alone, which reaches Athena, Glue, Kinesis, S3 and
// CloudWatch through their AWS APIs. Built a second time, with the suite's fixtures, as
// `datastack-mcp-conformance`.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/mcp/arguments.h"
#include "mcp/server.h"

int main(int argc, char** argv) {
    auto options = app::parse_mcp_arguments({argv + 1, argv + argc}, [](const std::string& name) {
        const char* value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    });
    if (!options) {
        std::fprintf(stderr, "datastack-mcp: %s\n", options.error().message.c_str());
        return 2;
    }
    if (options.value().help) {
        std::fputs(app::mcp_help, stdout);
        return 0;
    }
    if (options.value().version) {
        std::printf("datastack-mcp %s\n", mcp::ServerOptions().version.c_str());
        return 0;
    }
#if defined(__GLIBC__)
    // Few threads allocate much: an arena for each would keep memory that nobody uses.
    ::mallopt(M_ARENA_MAX, 2);
#endif
    auto code = app::run_mcp_program(std::move(options.value().program));
    if (!code) {
        const base::Error& error = code.error();
        std::fprintf(stderr, "datastack-mcp: %s%s%s\n", error.message.c_str(),
                     error.context.empty() ? "" : ": ", error.context.c_str());
        return 1;
    }
    return code.value();
}
