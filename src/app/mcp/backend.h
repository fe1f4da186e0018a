// What the program asks AWS through: settings from its environment, and the backend over the wire.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/mcp/program.h"

namespace app {

struct McpBackendOptions {
    std::string workgroup;        // of Athena's queries; "" leaves it to Athena
    std::string output_location;  // of their results, s3://…; "" is the workgroup's
    // Behind a platform: an instance's role is believed in without asking for it at the start.
    bool hosted = false;
};
using McpVariables = std::function<std::optional<std::string>(const std::string& name)>;

// Finds endpoint, region and keys when it is called.
//   errors  invalid: what is missing, and what to set
MakeMcpBackend make_wire_backend(McpVariables variables, McpBackendOptions options);

}  // namespace app
