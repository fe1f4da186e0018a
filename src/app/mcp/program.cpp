#include "app/mcp/program.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/metrics.h"
#include "functions/client/this_machine.h"
#include "mcp/http_transport.h"
#include "mcp/server.h"
#include "mcp/stdio_transport.h"
#include "mcp/wire_backend.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/network.h"
#include "os/random.h"
#include "os/thread_pool.h"
#include "server/http_server.h"
#include "wire/sha256.h"

namespace app {

namespace {

constexpr std::size_t network_threads = 1;
constexpr std::size_t sealing_key_bytes = 32;
constexpr std::size_t pool_threads = 4;
constexpr std::int64_t drain_ms = 5'000;

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) {
    stop_asked = 1;
}

void catch_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {};
    action.sa_handler = ask_to_stop;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    // The threads inherit the mask; the main thread lets signals in while it waits.
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

// stdout belongs to the protocol: the log goes to stderr.
class StderrLog final : public base::Log {
  public:
    explicit StderrLog(bool debug) : debug_(debug) {}
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        if (level == base::LogLevel::debug && !debug_) return;
        const std::string line = base::format_log_line(message, fields);
        std::fprintf(stderr, "%s %s\n", base::to_string(level), line.c_str());
    }

  private:
    const bool debug_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR && stop_asked == 0) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

int serve_stdio(mcp::Server& server) {
    mcp::StdioTransport transport(
        server, [](std::string_view line) { return write_all(STDOUT_FILENO, line); });
    char buffer[65536];
    sigset_t none;
    ::sigemptyset(&none);
    while (stop_asked == 0) {
        // Signals come only here.
        pollfd input = {STDIN_FILENO, POLLIN, 0};
        if (::ppoll(&input, 1, nullptr, &none) < 0) continue;
        const ssize_t length = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (length < 0 && errno == EINTR) continue;
        if (length <= 0) break;
        transport.receive({buffer, static_cast<std::size_t>(length)});
    }
    transport.close();
    server.environment().backend.drain();
    return 0;
}

struct Ground {
    explicit Ground(bool debug)
        : log(debug),
          pool(pool_threads),
          waiting(mcp::WireOptions::threads, mcp::WireOptions::threads) {}
    os::SystemClock clock;
    os::SystemRandom random;
    os::PosixFileSystem files;
    StderrLog log;
    base::Metrics metrics;
    os::ThreadPool pool;
    os::ThreadPool waiting;  // for AWS's answers
};

base::Result<int> serve_http(const McpProgramOptions& options, mcp::Server& server,
                             Ground& ground) {
    const bool makes_token = options.auth && options.token.empty() && options.jwks.empty();
    const std::string token =
        makes_token ? mcp::derive_token(ground.random.bytes(32)) : options.token;
    TRY(authorization,
        mcp::make_authorization(
            {options.auth, token, options.jwks, options.issuer, options.audience, options.resource},
            {ground.files, ground.clock, ground.waiting, ground.log}));
    mcp::HttpTransportOptions transport_options;
    transport_options.sessions = options.sessions;
    transport_options.hosted = options.hosted;
    transport_options.loopback_only = client::is_loopback_address(options.listen);
    transport_options.host_names = options.host_names;
    mcp::HttpTransport transport(transport_options, server, *authorization);
    os::Network network(network_threads);
    server::HttpOptions http_options;
    http_options.name = "mcp";
    server::HttpServer http(
        http_options, {network, ground.pool, ground.clock, ground.log, ground.metrics}, transport);
    auto port = http.listen_tcp(options.listen);
    if (!port) return port.error();
    const std::string host = options.listen.substr(0, options.listen.rfind(':'));
    std::fprintf(stderr, "http://%s:%u/mcp  ready\n", host.c_str(), unsigned{port.value()});
    if (makes_token) {
        std::fprintf(stderr, "DATASTACK_MCP_TOKEN=%s\n", token.c_str());
    }
    sigset_t none;
    ::sigemptyset(&none);
    while (stop_asked == 0)
        ::sigsuspend(&none);
    // What listens or waits for long would hold up the drain.
    authorization->stop();
    server.environment().backend.drain();
    server.stop();
    http.stop(drain_ms);
    transport.stop();
    network.stop();
    return 0;
}

}  // namespace

base::Result<int> run_mcp_program(McpProgramOptions options) {
    catch_signals();
    Ground ground(options.debug);
    TRY(backend, options.make_backend({ground.clock, ground.random, ground.waiting, ground.log}));
    // Without a secret, cursors end with this process.
    const wire::Sha256Digest derived = wire::sha256(options.secret);
    const std::string key =
        options.secret.empty()
            ? ground.random.bytes(sealing_key_bytes)
            : std::string(reinterpret_cast<const char*>(derived.data()), derived.size());
    base::Result<int> code = 0;
    {
        mcp::Server server(
            {},
            {*backend, ground.clock, ground.pool, ground.random, ground.log, ground.metrics, key},
            std::move(options.catalog));
        if (options.stdio) {
            code = serve_stdio(server);
        } else {
            code = serve_http(options, server, ground);
        }
        server.stop();
        // The last answers, and the calls that stop queries.
        ground.waiting.stop();
    }
    ground.pool.stop();
    return code;
}

}  // namespace app
