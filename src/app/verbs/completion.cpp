// datastack completion bash|zsh: a script for the shell. eval "$(datastack completion bash)"
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/mcp_clients.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

base::Result<int> run(const VerbContext& context) {
    std::string verbs;
    for (const Verb* verb : all_verbs())
        verbs += std::string(verbs.empty() ? "" : " ") + verb->name;
    std::string flags = "--help --json";
    for (const shape::Member& member : shape::type_of<Settings>().members) {
        flags += " --" + std::string(member.name);
    }
    std::string clients = "config --stdio";
    for (const McpClient& client : mcp_clients())
        clients += std::string(" ") + client.name;
    const bool zsh = context.arguments.rest.at(0) == "zsh";
    if (zsh) std::puts("autoload -U +X bashcompinit && bashcompinit");
    std::printf(
        "_datastack() {\n"
        "    local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        COMPREPLY=($(compgen -W \"%s --help --version\" -- \"$word\"))\n"
        "    elif [ \"${COMP_WORDS[1]}\" = mcp ]; then\n"
        "        COMPREPLY=($(compgen -W \"%s %s\" -- \"$word\"))\n"
        "    else\n"
        "        COMPREPLY=($(compgen -W \"%s\" -- \"$word\"))\n"
        "    fi\n"
        "}\n"
        "complete -o default -F _datastack datastack\n",
        verbs.c_str(), clients.c_str(), flags.c_str(), flags.c_str());
    return 0;
}

void declare(CLI::App& command, VerbArguments& arguments) {
    command.add_option("shell", arguments.rest, "bash or zsh")
        ->required()
        ->expected(1)
        ->check(CLI::IsMember({"bash", "zsh"}));
}

}  // namespace

const Verb completion_verb = {"completion", "print a completion script for bash or zsh", declare,
                              run};

}  // namespace app
