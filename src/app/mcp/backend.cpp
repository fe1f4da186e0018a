#include "app/mcp/backend.h"

#include <cstdio>
#include <memory>

#include "functions/client/credentials.h"
#include "functions/client/profile.h"
#include "mcp/wire_backend.h"

namespace app {

namespace {

// A Data Stack's, unless it was told another.
constexpr const char* endpoint_region = "us-west-2";

std::optional<std::string> read_small_file(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                               &std::fclose);
    if (file == nullptr) return std::nullopt;
    std::string text(client::profile_file_bytes_max, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    text.shrink_to_fit();
    return text;
}

}  // namespace

MakeMcpBackend make_wire_backend(McpVariables variables, McpBackendOptions options) {
    return [variables = std::move(variables),
            options = std::move(options)](const McpBackendEnvironment& environment)
               -> base::Result<std::unique_ptr<mcp::Backend>> {
        TRY(found, client::find_aws_environment(
                       {variables,
                        read_small_file,
                        environment.clock,
                        {"athena", "glue", "s3", "kinesis", "firehose", "monitoring"},
                        options.hosted,
                        endpoint_region}));
        environment.log.debug("asking AWS", {{"endpoint", found.settings.endpoint_of("athena")},
                                             {"region", found.settings.region},
                                             {"credentials", found.source}});
        mcp::WireOptions wire;
        wire.settings = std::move(found.settings);
        wire.workgroup = options.workgroup;
        wire.output_location = options.output_location;
        return std::make_unique<mcp::WireBackend>(
            std::move(wire), std::move(found.credentials),
            mcp::WireBackend::Environment{environment.clock, environment.random,
                                          environment.waiting, environment.log});
    };
}

}  // namespace app
