// The program `datastack-mcp`: the MCP server alone, which reaches Athena, Glue, Kinesis, S3 and
// CloudWatch through their AWS APIs. Built a second time, with the suite's fixtures, as
// `datastack-mcp-conformance`.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/mcp/arguments.h"

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
    auto code = app::run_mcp_program(std::move(options.value().program));
    if (!code) {
        std::fprintf(stderr, "datastack-mcp: %s\n", code.error().describe().c_str());
        return 1;
    }
    return code.value();
}
