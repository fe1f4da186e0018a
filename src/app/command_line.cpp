#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/verbs/verb.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/spawner.h"

namespace app {

namespace {

constexpr const char* description =
    "datastack: streams, delivery, catalog, functions and SQL with AWS's APIs, in one process.\n"
    "Start with: datastack up";

// Flags that every verb takes, from the settings' description.
void declare_settings(CLI::App& command, Flags& given) {
    for (const shape::Member& member : shape::type_of<Settings>().members) {
        const std::string name(member.name);
        std::string help = member.constraints.help != nullptr ? member.constraints.help : "";
        if (member.constraints.values != nullptr) {
            help += std::string(" (") + member.constraints.values + ")";
        }
        help += " [" + environment_name(name) + "]";
        command
            .add_option_function<std::string>(
                "--" + name, [&given, name](const std::string& value) { given[name] = value; },
                help)
            ->group("Settings");
    }
}

int fail(const TerminalSettings& terminal, const base::Error& error) {
    TerminalSettings plain = terminal;
    plain.color = terminal.color;
    std::string text = error.message;
    if (!error.context.empty()) text += " (" + error.context + ")";
    std::fprintf(stderr, "%s %s\n", styled(plain, Style::red, "datastack:").c_str(), text.c_str());
    return 1;
}

int run_verb(const Verb& verb, const Flags& flags, const VerbArguments& arguments,
             const Environment& environment) {
    const TerminalSettings terminal = detect_terminal();
    os::PosixFileSystem files;
    os::SystemClock clock;
    os::SystemRandom random;
    auto settings = load_settings(flags, environment, files);
    if (!settings) return fail(terminal, settings.error());
    std::unique_ptr<os::Spawner> spawner;
    if (verb.serves) {
        auto started = os::Spawner::start();
        if (!started) return fail(terminal, started.error());
        spawner = std::move(started.value());
    }
    const VerbContext context = {
        settings.value(), arguments, terminal, environment, files, clock, random, spawner.get()};
    auto code = verb.run(context);
    if (!code) return fail(terminal, code.error());
    return code.value();
}

}  // namespace

int run_command_line(int argc, char** argv, const Environment& environment) {
    CLI::App program(description, "datastack");
    program.require_subcommand(1);
    program.set_version_flag("--version", program_version);
    Flags flags;
    VerbArguments arguments;
    for (const Verb* verb : all_verbs()) {
        CLI::App* command = program.add_subcommand(verb->name, verb->help);
        declare_settings(*command, flags);
        command->add_flag("--json", arguments.switches["--json"], "for machines");
        if (verb->takes_rest) command->prefix_command();
        verb->declare(*command, arguments);
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        const int code = program.exit(problem);
        return code == 0 ? 0 : 2;
    }
    for (const Verb* verb : all_verbs()) {
        const CLI::App* command = program.get_subcommand(verb->name);
        if (!command->parsed()) continue;
        if (verb->takes_rest) arguments.rest = command->remaining();
        return run_verb(*verb, flags, arguments, environment);
    }
    return 2;
}

}  // namespace app
