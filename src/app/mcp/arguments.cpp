#include "app/mcp/arguments.h"

#include "app/mcp/backend.h"
#include "functions/client/this_machine.h"
#include "mcp/tools/catalog.h"
#if defined(MCP_CONFORMANCE_FIXTURES)
#include "mcp/fixtures/fixtures.h"
#endif

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

base::Result<bool> on_or_off(const std::string& flag, const std::string& value) {
    if (value == "on" || value == "off") return value == "on";
    return Error{ErrorKind::invalid, flag + " is on or off, not '" + value + "'", ""};
}

// What other flags may stand in for.
struct Taken {
    std::optional<std::string> listen;
    std::optional<bool> sessions;
    std::optional<bool> auth;
    bool fixtures = false;
    McpBackendOptions backend;
};

// One flag; `next` is the argument behind it.
base::Result<void> take(const std::string& flag, const std::function<std::string()>& next,
                        McpArguments& out, Taken& taken) {
    McpProgramOptions& program = out.program;
    if (flag == "--help" || flag == "-h") {
        out.help = true;
    } else if (flag == "--version") {
        out.version = true;
    } else if (flag == "--workgroup") {
        taken.backend.workgroup = next();
    } else if (flag == "--output-location") {
        taken.backend.output_location = next();
    } else if (flag == "--stdio") {
        program.stdio = true;
    } else if (flag == "--debug") {
        program.debug = true;
    } else if (flag == "--listen") {
        taken.listen = next();
    } else if (flag == "--allow-host") {
        program.host_names.push_back(next());
    } else if (flag == "--http-sessions") {
        TRY(on, on_or_off(flag, next()));
        taken.sessions = on;
    } else if (flag == "--mcp-auth") {
        TRY(on, on_or_off(flag, next()));
        taken.auth = on;
    } else if (flag == "--mcp-jwks") {
        program.jwks = next();
    } else if (flag == "--mcp-issuer") {
        program.issuer = next();
    } else if (flag == "--mcp-audience") {
        program.audience = next();
    } else if (flag == "--mcp-resource") {
        program.resource = next();
    } else if (flag == "--hosted") {
        program.hosted = true;
    } else if (flag == "--conformance-fixtures") {
        taken.fixtures = true;
    } else {
        return Error{ErrorKind::invalid, "unknown argument " + flag + "; see --help", ""};
    }
    return base::ok();
}

}  // namespace

base::Result<McpArguments> parse_mcp_arguments(
    const std::vector<std::string>& arguments,
    const std::function<std::optional<std::string>(const std::string& name)>& environment) {
    McpArguments out;
    McpProgramOptions& program = out.program;
    program.jwks = environment("DATASTACK_MCP_JWKS").value_or("");
    program.issuer = environment("DATASTACK_MCP_ISSUER").value_or("");
    program.audience = environment("DATASTACK_MCP_AUDIENCE").value_or("");
    program.resource = environment("DATASTACK_MCP_RESOURCE").value_or("");
    Taken taken;
    taken.backend.workgroup = environment("DATASTACK_MCP_WORKGROUP").value_or("");
    taken.backend.output_location = environment("DATASTACK_MCP_OUTPUT_LOCATION").value_or("");
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string flag = arguments[i];
        std::optional<std::string> value;
        if (const auto equals = flag.find('='); equals != std::string::npos) {
            value = flag.substr(equals + 1);
            flag.resize(equals);
        }
        bool missing = false;
        const auto next = [&] {
            if (value) return *value;
            missing = i + 1 >= arguments.size();
            return missing ? std::string() : arguments[++i];
        };
        TRY_VOID(take(flag, next, out, taken));
        if (missing) return Error{ErrorKind::invalid, flag + " needs a value", ""};
    }
    program.token = environment("DATASTACK_MCP_TOKEN").value_or("");
    program.secret = environment("DATASTACK_MCP_SECRET").value_or("");
    program.listen = taken.listen.value_or(program.hosted ? "0.0.0.0:8000" : "127.0.0.1:8000");
    program.sessions = taken.sessions.value_or(!program.hosted);
    // The platform has let in whom it lets in; but what was given is asked for there, too.
    const bool given = !(program.token + program.jwks).empty();
    program.auth = taken.auth.value_or(!program.hosted || given);
    if (!program.auth && !program.hosted && !program.stdio &&
        !client::is_loopback_address(program.listen)) {
        return Error{ErrorKind::invalid,
                     "--mcp-auth off only on a loopback address, or with --hosted where a platform "
                     "guards the port",
                     ""};
    }
    program.catalog = mcp::tools::standard_catalog();
    const std::string& location = taken.backend.output_location;
    if (!location.empty() && !location.starts_with("s3://")) {
        return Error{ErrorKind::invalid,
                     "--output-location is s3://BUCKET/PREFIX, not '" + location + "'", ""};
    }
    taken.backend.hosted = program.hosted;
    program.make_backend = make_wire_backend(environment, taken.backend);
    if (!taken.fixtures) return out;
#if defined(MCP_CONFORMANCE_FIXTURES)
    if (program.hosted || !client::is_loopback_address(program.listen)) {
        return Error{ErrorKind::invalid, "--conformance-fixtures only on a loopback address", ""};
    }
    program.catalog.append(mcp::fixtures::fixtures_catalog());
    return out;
#else
    return Error{ErrorKind::unsupported, "this program was built without the fixtures", ""};
#endif
}

}  // namespace app
