#include "app/mcp/arguments.h"

#include "mcp/tools/catalog.h"
#if defined(MCP_CONFORMANCE_FIXTURES)
#include "mcp/fixtures/fixtures.h"
#endif

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

class NoServices final : public mcp::Backend {
  public:
    void call(std::string_view, std::string_view, boost::json::object, Done done) override {
        done(aws::Fault("ServiceUnavailable", "There are no services here.", 503));
    }
    void read_object(std::string, std::string, std::uint64_t, std::uint64_t,
                     ReadDone done) override {
        done(aws::Fault("ServiceUnavailable", "There are no services here.", 503));
    }
};

base::Result<bool> on_or_off(const std::string& flag, const std::string& value) {
    if (value == "on" || value == "off") return value == "on";
    return Error{ErrorKind::invalid, flag + " is on or off, not '" + value + "'", ""};
}

bool is_loopback(const std::string& listen) {
    return listen.starts_with("127.") || listen.starts_with("localhost:") ||
           listen.starts_with("[::1]:");
}

// One flag; `next` is the argument behind it.
base::Result<void> take(const std::string& flag, const std::function<std::string()>& next,
                        McpArguments& out, bool& fixtures) {
    McpProgramOptions& program = out.program;
    if (flag == "--help" || flag == "-h") {
        out.help = true;
    } else if (flag == "--stdio") {
        program.stdio = true;
    } else if (flag == "--debug") {
        program.debug = true;
    } else if (flag == "--listen") {
        program.listen = next();
    } else if (flag == "--allow-host") {
        program.host_names.push_back(next());
    } else if (flag == "--http-sessions") {
        TRY(on, on_or_off(flag, next()));
        program.sessions = on;
    } else if (flag == "--mcp-auth") {
        TRY(on, on_or_off(flag, next()));
        program.auth = on;
    } else if (flag == "--hosted") {
        program.hosted = true;
        program.listen = "0.0.0.0:8000";
        program.sessions = false;
        program.auth = false;  // the platform has let in whom it lets in
    } else if (flag == "--conformance-fixtures") {
        fixtures = true;
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
    bool fixtures = false;
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
        TRY_VOID(take(flag, next, out, fixtures));
        if (missing) return Error{ErrorKind::invalid, flag + " needs a value", ""};
    }
    program.token = environment("DATASTACK_MCP_TOKEN").value_or("");
    program.secret = environment("DATASTACK_MCP_SECRET").value_or("");
    // A token that was given is asked for, also behind a platform.
    if (program.hosted && !program.token.empty()) program.auth = true;
    program.catalog = mcp::tools::standard_catalog();
    program.make_backend = [](const McpBackendEnvironment&) {
        return std::make_unique<NoServices>();
    };
    if (!fixtures) return out;
#if defined(MCP_CONFORMANCE_FIXTURES)
    if (program.hosted || !is_loopback(program.listen)) {
        return Error{ErrorKind::invalid, "--conformance-fixtures only on a loopback address", ""};
    }
    program.catalog.append(mcp::fixtures::fixtures_catalog());
    return out;
#else
    static_cast<void>(is_loopback);
    return Error{ErrorKind::unsupported, "this program was built without the fixtures", ""};
#endif
}

}  // namespace app
