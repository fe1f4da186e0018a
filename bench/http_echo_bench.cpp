// What the server costs: 1 KiB POST echoed by a plain epoll loop, by our server on its I/O thread,
// and by our server through the pool; same client, same run. Then 1 MiB from a file, and 250 KB
// bodies as PutRecords has them. Prints one JSON line.
//
//   http_echo_bench [seconds-per-part] [--serve PORT]   (--serve: keep serving the file at /file)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "load_client.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/thread_pool.h"
#include "server/http_server.h"

namespace {

class QuietLog final : public base::Log {
    void write(base::LogLevel, std::string_view, std::initializer_list<base::LogField>) override {}
};

class FileSource final : public wire::BodySource {
  public:
    explicit FileSource(wire::FileRange range) : range_(std::move(range)) {}
    std::uint64_t length() const override { return range_.length; }
    base::Result<std::size_t> read(std::span<char> out) override {
        return range_.file->read_at(range_.offset, out);
    }
    std::optional<wire::FileRange> file_range() const override { return range_; }

  private:
    wire::FileRange range_;
};

class EchoHandler final : public server::Handler {
  public:
    explicit EchoHandler(std::shared_ptr<base::File> file) : file_(std::move(file)) {}
    server::BodyPlan plan(server::Exchange& exchange) override {
        server::BodyPlan plan;
        plan.body_bytes_max = 1 << 20;
        plan.run_on_io_thread = exchange.head().path == "/inline";
        return plan;
    }
    void run(std::shared_ptr<server::Exchange> exchange) override {
        wire::Response response;
        if (exchange->head().path == "/file") {
            response.stream =
                std::make_unique<FileSource>(wire::FileRange{file_, 0, file_->size().value()});
        } else if (exchange->head().path == "/swallow") {
            response.body = "ok";
        } else {
            response.body = exchange->body();
        }
        exchange->respond(std::move(response));
    }
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<server::Exchange>) override {
        return nullptr;
    }
    wire::Response refuse(server::Exchange*, server::RefusalReason, int status,
                          const base::Error&) override {
        wire::Response response;
        response.status = status;
        return response;
    }
    void observe(server::Exchange&, wire::Response&) override {}

  private:
    std::shared_ptr<base::File> file_;
};

// The least a server can do: find the end of the head, wait for 1 KiB, send it back.
class PlainEcho {
  public:
    PlainEcho() : listener_(::socket(AF_INET, SOCK_STREAM, 0)), poll_(::epoll_create1(0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
        ::listen(listener_, 128);
        socklen_t size = sizeof(address);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        add(listener_);
        thread_ = std::thread([this] { loop(); });
    }
    ~PlainEcho() {
        stop_ = true;
        thread_.join();
        ::close(listener_);
        ::close(poll_);
    }
    std::uint16_t port() const { return port_; }

  private:
    void add(int fd) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
    }
    void loop() {
        epoll_event events[64];
        char buffer[4096];
        while (!stop_) {
            const int count = ::epoll_wait(poll_, events, 64, 50);
            for (int i = 0; i < count; ++i) {
                const int fd = events[i].data.fd;
                if (fd == listener_) {
                    const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
                    const int on = 1;
                    ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
                    add(accepted);
                    continue;
                }
                const ssize_t got = ::recv(fd, buffer, sizeof(buffer), 0);
                if (got <= 0) {
                    ::close(fd);
                    continue;
                }
                const std::string_view text(buffer, static_cast<std::size_t>(got));
                const std::size_t end = text.find("\r\n\r\n");
                if (end == std::string_view::npos || text.size() < end + 4 + 1024) continue;
                std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n";
                answer += text.substr(end + 4, 1024);
                ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
            }
        }
    }

    int listener_;
    int poll_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

std::string post(const char* path, std::size_t bytes) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
           std::string(bytes, 'x');
}

bench::LoadResult measure(std::uint16_t port, const std::string& request, double seconds,
                          bool discard = false) {
    bench::LoadOptions options;
    options.port = port;
    options.seconds = seconds;
    options.warm_up_seconds = 0.2;
    options.discard_bodies = discard;
    return bench::run_load(
        options, [&request](std::size_t) -> std::string_view { return request; },
        [](int status, std::string_view) { return status == 200; });
}

double rate(const bench::LoadResult& result) {
    return static_cast<double>(result.calls) / result.seconds;
}

}  // namespace

int main(int count, char** values) {
    const double seconds = count > 1 ? std::strtod(values[1], nullptr) : 1.5;
    os::PosixFileSystem files;
    const std::string path = "/tmp/http_echo_bench." + std::to_string(::getpid());
    std::shared_ptr<base::File> file =
        std::move(files.open(path, base::OpenMode::create_empty).value());
    static_cast<void>(file->write_at(0, std::string(1 << 20, 'f')));
    os::Network network(1);
    os::ThreadPool pool(2);
    os::SystemClock clock;
    QuietLog log;
    base::Metrics metrics;
    EchoHandler handler(file);
    server::HttpServer server({}, {network, pool, clock, log, metrics}, handler);
    const bool serve = count > 3 && std::strcmp(values[2], "--serve") == 0;
    const std::string address = std::string("127.0.0.1:") + (serve ? values[3] : "0");
    const std::uint16_t port = server.listen_tcp(address).value();
    if (serve) {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    } else {
        PlainEcho plain_server;
        const auto plain = measure(plain_server.port(), post("/", 1024), seconds);
        const auto io = measure(port, post("/inline", 1024), seconds);
        const auto pooled = measure(port, post("/pool", 1024), seconds);
        const auto sent =
            measure(port, "GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n", seconds, true);
        const auto large = measure(port, post("/swallow", 250'000), seconds);
        std::printf(
            "{\"plain_epoll_per_s\":%.0f,\"server_io_thread_per_s\":%.0f,"
            "\"server_pool_per_s\":%.0f,\"io_thread_ratio\":%.2f,\"pool_ratio\":%.2f,"
            "\"file_1mib_mb_per_s\":%.0f,\"file_p99_ms\":%.2f,"
            "\"body_250kb_mb_per_s\":%.0f,\"errors\":%llu}\n",
            rate(plain), rate(io), rate(pooled), rate(io) / rate(plain), rate(pooled) / rate(plain),
            rate(sent) * 1.048576, sent.p99_ms, rate(large) * 0.25,
            static_cast<unsigned long long>(plain.errors + io.errors + pooled.errors + sent.errors +
                                            large.errors));
    }
    server.stop(0);
    network.stop();
    pool.stop();
    static_cast<void>(files.remove(path));
    return 0;
}
