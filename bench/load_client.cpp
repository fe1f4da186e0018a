#include "load_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <memory>

namespace bench {

namespace {

constexpr std::size_t receive_bytes = 1 << 20;

double seconds_of(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Connection {
    int fd = -1;
    std::string_view out;
    std::string in;  // the answer's head, and its body unless discarded
    std::uint64_t body_left = 0;
    bool in_body = false;
    int status = 0;
    double started = 0;
    bool waiting = false;  // for its next request to be due
    bool ready = false;    // `out` is the next request, not begun
    std::uint64_t turn = 0;
};

class Load {
  public:
    Load(const LoadOptions& options, const NextRequest& next, const CheckAnswer& check)
        : options_(options), next_(next), check_(check), buffer_(receive_bytes, ' ') {}

    LoadResult run() {
        poll_ = ::epoll_create1(0);
        connections_.resize(options_.connections);
        for (auto& connection : connections_)
            connect(connection);
        const double begin = seconds_of(CLOCK_MONOTONIC);
        counted_from_ = begin + options_.warm_up_seconds;
        until_ = counted_from_ + options_.seconds;
        begin_ = begin;
        const double cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        for (auto& connection : connections_)
            start(connection);
        std::vector<epoll_event> events(connections_.size());
        while (active_ > 0) {
            const timespec wait = time_until_due();
            const int count = ::epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()),
                                             &wait, nullptr);
            for (int i = 0; i < count; ++i) {
                auto& connection = connections_[events[static_cast<std::size_t>(i)].data.u64];
                if (connection.fd >= 0)
                    turn(connection, events[static_cast<std::size_t>(i)].events);
            }
            start_due();
            if (seconds_of(CLOCK_MONOTONIC) > until_ + 10) fail("no answer for 10 s");
        }
        result_.cpu_seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu;
        result_.seconds = std::max(last_answer_ - counted_from_, 1e-9);
        for (auto& connection : connections_) {
            if (connection.fd >= 0) ::close(connection.fd);
        }
        ::close(poll_);
        summarize();
        return result_;
    }

  private:
    void fail(const std::string& what) {
        ++result_.errors;
        if (result_.first_error.empty()) result_.first_error = what;
        for (auto& connection : connections_)
            drop(connection);
    }
    void drop(Connection& connection) {
        if (connection.fd < 0) return;
        ::close(connection.fd);
        connection.fd = -1;
        connection.waiting = false;
        --active_;
    }

    void connect(Connection& connection) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(options_.port);
        ::inet_pton(AF_INET, options_.host.c_str(), &address.sin_addr);
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
            ::close(fd);
            ++result_.errors;
            result_.first_error = std::string("connect: ") + std::strerror(errno);
            return;
        }
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.u64 = static_cast<std::uint64_t>(&connection - connections_.data());
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
        connection.fd = fd;
        ++active_;
    }

    double due_of(const Connection& connection) const {
        const auto index = static_cast<std::uint64_t>(&connection - connections_.data());
        const std::uint64_t call = index + connection.turn * connections_.size();
        return begin_ + static_cast<double>(call) / options_.calls_per_second;
    }

    timespec time_until_due() const {
        double wait = 1;
        const double now = seconds_of(CLOCK_MONOTONIC);
        for (const Connection& connection : connections_) {
            if (connection.waiting) wait = std::min(wait, due_of(connection) - now);
        }
        return {0, std::clamp(static_cast<long>(wait * 1e9), 0L, 999'999'999L)};
    }

    void start_due() {
        if (options_.calls_per_second <= 0) return;
        const double now = seconds_of(CLOCK_MONOTONIC);
        for (Connection& connection : connections_) {
            if (connection.waiting && due_of(connection) <= now) start(connection);
        }
    }

    // At a steady rate a call is made and signed before it is due, so that what is measured is the
    // way there, the server and the way back.
    void make_ready(Connection& connection) {
        if (connection.ready) return;
        connection.out = next_(static_cast<std::size_t>(&connection - connections_.data()));
        connection.ready = true;
    }

    void start(Connection& connection) {
        if (connection.fd < 0) return;
        connection.started = seconds_of(CLOCK_MONOTONIC);
        if (options_.calls_per_second > 0) {
            const double due = due_of(connection);
            connection.waiting = due > connection.started;
            if (connection.waiting) {
                make_ready(connection);
                return;
            }
            connection.started = due;
            ++connection.turn;
        }
        if (connection.started >= until_ ||
            (options_.calls_max > 0 && started_ >= options_.calls_max)) {
            drop(connection);
            return;
        }
        ++started_;
        make_ready(connection);
        connection.ready = false;
        connection.in.clear();
        connection.in_body = false;
        send(connection);
    }

    void send(Connection& connection) {
        while (!connection.out.empty()) {
            const ssize_t count = ::send(connection.fd, connection.out.data(),
                                         connection.out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count <= 0) {
                if (errno != EAGAIN) lost(connection, "send");
                return;
            }
            result_.sent_bytes += static_cast<std::uint64_t>(count);
            connection.out.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    void lost(Connection& connection, const char* where) {
        ++result_.errors;
        if (result_.first_error.empty()) {
            result_.first_error = std::string(where) + ": the connection was lost";
        }
        drop(connection);
    }

    void turn(Connection& connection, std::uint32_t events) {
        const bool sending = !connection.out.empty() && !connection.ready;
        if ((events & EPOLLOUT) != 0 && sending) send(connection);
        while (connection.fd >= 0) {
            const bool discard = options_.discard_bodies && connection.in_body;
            const std::size_t want =
                discard ? std::min<std::size_t>(connection.body_left, receive_bytes)
                        : receive_bytes;
            // With MSG_TRUNC the kernel throws the bytes of a stream away without a copy.
            const ssize_t count = ::recv(connection.fd, buffer_.data(), want,
                                         MSG_DONTWAIT | (discard ? MSG_TRUNC : 0));
            if (count == 0) return lost(connection, "receive");
            if (count < 0) {
                if (errno != EAGAIN) lost(connection, "receive");
                return;
            }
            result_.received_bytes += static_cast<std::uint64_t>(count);
            take(connection, std::string_view(buffer_.data(), static_cast<std::size_t>(count)));
            if (static_cast<std::size_t>(count) < want && sending && !connection.out.empty()) {
                return;
            }
        }
    }

    void take(Connection& connection, std::string_view bytes) {
        if (!connection.in_body) {
            connection.in += bytes;
            const std::size_t end = connection.in.find("\r\n\r\n");
            if (end == std::string::npos) return;
            connection.status = std::stoi(connection.in.substr(9, 3));
            const std::uint64_t length = length_in(connection.in.substr(0, end + 2));
            const std::uint64_t there = connection.in.size() - end - 4;
            connection.in.erase(0, end + 4);
            connection.in_body = true;
            connection.body_left = length - std::min(length, there);
        } else {
            connection.body_left -= std::min<std::uint64_t>(connection.body_left, bytes.size());
            if (!options_.discard_bodies) connection.in += bytes;
        }
        if (connection.body_left == 0) answered(connection);
    }

    static std::uint64_t length_in(const std::string& head) {
        for (const char* name : {"Content-Length: ", "content-length: "}) {
            const std::size_t at = head.find(name);
            if (at == std::string::npos) continue;
            std::uint64_t value = 0;
            std::from_chars(head.data() + at + 16, head.data() + head.size(), value);
            return value;
        }
        return 0;
    }

    void answered(Connection& connection) {
        const double now = seconds_of(CLOCK_MONOTONIC);
        const std::string_view body =
            options_.discard_bodies ? std::string_view() : std::string_view(connection.in);
        if (!check_(connection.status, body)) {
            ++result_.errors;
            if (result_.first_error.empty()) {
                result_.first_error =
                    std::to_string(connection.status) + ' ' + connection.in.substr(0, 300);
            }
        } else if (connection.started >= counted_from_) {
            ++result_.calls;
            latencies_ms_.push_back(static_cast<float>((now - connection.started) * 1e3));
            last_answer_ = now;
        }
        start(connection);
    }

    void summarize() {
        if (latencies_ms_.empty()) return;
        std::sort(latencies_ms_.begin(), latencies_ms_.end());
        const auto at = [this](double part) {
            return static_cast<double>(latencies_ms_[static_cast<std::size_t>(
                part * static_cast<double>(latencies_ms_.size() - 1))]);
        };
        result_.p50_ms = at(0.5);
        result_.p99_ms = at(0.99);
        result_.max_ms = at(1);
    }

    const LoadOptions& options_;
    const NextRequest& next_;
    const CheckAnswer& check_;
    std::string buffer_;
    std::vector<Connection> connections_;
    std::vector<float> latencies_ms_;
    LoadResult result_;
    int poll_ = -1;
    std::size_t active_ = 0;
    std::uint64_t started_ = 0;
    double begin_ = 0;
    double counted_from_ = 0;
    double until_ = 0;
    double last_answer_ = 0;
};

}  // namespace

LoadResult run_load(const LoadOptions& options, const NextRequest& next, const CheckAnswer& check) {
    return Load(options, next, check).run();
}

std::string to_json(const std::string& name, const LoadResult& result, double units_per_call,
                    const std::string& unit) {
    char text[1024];
    const double calls_per_s = static_cast<double>(result.calls) / result.seconds;
    std::snprintf(
        text, sizeof(text),
        "{\"mode\":\"%s\",\"%s_per_s\":%.0f,\"calls_per_s\":%.1f,\"calls\":%llu,"
        "\"errors\":%llu,\"seconds\":%.2f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
        "\"max_ms\":%.3f,\"sent_mb_per_s\":%.1f,\"received_mb_per_s\":%.1f,"
        "\"generator_cpu_seconds\":%.2f",
        name.c_str(), unit.c_str(), calls_per_s * units_per_call, calls_per_s,
        static_cast<unsigned long long>(result.calls),
        static_cast<unsigned long long>(result.errors), result.seconds, result.p50_ms,
        result.p99_ms, result.max_ms, static_cast<double>(result.sent_bytes) / 1e6 / result.seconds,
        static_cast<double>(result.received_bytes) / 1e6 / result.seconds, result.cpu_seconds);
    std::string out = text;
    if (!result.first_error.empty()) {
        out += ",\"first_error\":\"";
        for (const char c : result.first_error) {
            out += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
        out += '"';
    }
    return out + "}";
}

}  // namespace bench
