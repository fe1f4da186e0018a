// The verbs of the command line: one file each, one word in the list.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/settings.h"
#include "app/terminal.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "base/random.h"
#include "base/result.h"

namespace CLI {
class App;
}

// In the order of --help.
#define DATASTACK_VERBS(X) \
    X(up)                  \
    X(serve)               \
    X(env)                 \
    X(aws)                 \
    X(sql)                 \
    X(mcp)                 \
    X(status)              \
    X(flush)               \
    X(generate)            \
    X(verify)              \
    X(backup)              \
    X(restore)             \
    X(version)             \
    X(completion)

namespace os {
class Spawner;
}

namespace app {

// What was typed behind the verb.
struct VerbArguments {
    std::map<std::string, std::string> values;  // "--events" -> "1000"
    std::map<std::string, bool> switches;       // "--once" -> true
    std::vector<std::string> rest;              // positional
};

struct VerbContext {
    const Settings& settings;
    const VerbArguments& arguments;
    const TerminalSettings& terminal;
    const Environment& environment;
    base::FileSystem& files;
    base::Clock& clock;
    base::Random& random;
    // Forked before any thread existed; started only by verbs that serve.
    os::Spawner* spawner;

    bool is_on(const std::string& name) const {
        const auto found = arguments.switches.find(name);
        return found != arguments.switches.end() && found->second;
    }
    // "" when not given
    std::string value(const std::string& name) const {
        const auto found = arguments.values.find(name);
        return found != arguments.values.end() ? found->second : "";
    }
};

struct Verb {
    const char* name;
    const char* help;
    // Flags and positionals of its own, bound to places in the arguments.
    void (*declare)(CLI::App& command, VerbArguments& arguments);
    // The exit code; an error is printed as "datastack: <message>" and exits 1.
    base::Result<int> (*run)(const VerbContext& context);
    bool serves = false;      // starts the server in this process
    bool takes_rest = false;  // everything behind it is not ours ("aws …")
};

#define DATASTACK_DECLARE_VERB(name) extern const Verb name##_verb;
DATASTACK_VERBS(DATASTACK_DECLARE_VERB)
#undef DATASTACK_DECLARE_VERB

// All of them, in the list's order.
const std::vector<const Verb*>& all_verbs();

inline void declare_nothing(CLI::App&, VerbArguments&) {}

inline constexpr const char* program_version = "0.1.0";

}  // namespace app
