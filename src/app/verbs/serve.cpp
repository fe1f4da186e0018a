// datastack serve: the endpoint only.
#include <csignal>
#include <cstdio>
#include <ctime>

#include "app/verbs/serving.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

base::Result<int> run(const VerbContext& context) {
    const std::int64_t started_ns = context.clock.monotonic_ns();
    StopSignals signals;
    TRY(stack, open_stack(context));
    print_ready(context, *stack, started_ns);
    signals.wait(-1);
    std::puts("stopping …");
    std::fflush(stdout);
    stack->stop();
    return 0;
}

}  // namespace

StopSignals::StopSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

bool StopSignals::wait(std::int64_t timeout_ms) {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    if (timeout_ms < 0) {
        int signal = 0;
        return ::sigwait(&signals, &signal) == 0;
    }
    const timespec limit = {timeout_ms / 1000, timeout_ms % 1000 * 1'000'000};
    return ::sigtimedwait(&signals, nullptr, &limit) > 0;
}

base::Result<std::unique_ptr<Stack>> open_stack(const VerbContext& context) {
    return Stack::open(context.settings, {context.files, context.clock, context.random,
                                          *context.spawner, find_program_directory()});
}

void print_ready(const VerbContext& context, const Stack& stack, std::int64_t started_ns) {
    const auto elapsed_ms = (context.clock.monotonic_ns() - started_ns) / 1'000'000;
    std::printf("%s  ready in %lld ms, data in %s\n",
                styled(context.terminal, Style::bold, stack.endpoint()).c_str(),
                static_cast<long long>(elapsed_ms), context.settings.data_dir.c_str());
    std::printf("%s/mcp  for agents: datastack mcp config claude-code\n",
                styled(context.terminal, Style::bold, stack.endpoint()).c_str());
    if (context.settings.durability == "relaxed") {
        std::printf("%s\n",
                    styled(context.terminal, Style::yellow,
                           "durability is relaxed: an answer does not mean that it is on disk")
                        .c_str());
    }
    if (context.settings.auth == "off") {
        std::printf("%s\n", styled(context.terminal, Style::yellow,
                                   "auth is off: any key is taken, signatures are not checked")
                                .c_str());
    }
    if (context.settings.mcp_auth == "off") {
        std::printf("%s\n", styled(context.terminal, Style::yellow,
                                   "mcp-auth is off: whoever is on this machine may ask /mcp")
                                .c_str());
    }
    std::fflush(stdout);
}

const Verb serve_verb = {"serve", "serve the endpoint, with what is in the data directory",
                         declare_nothing, run, true};

}  // namespace app
