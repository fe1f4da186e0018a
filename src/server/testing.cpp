#include "server/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"

namespace server::testing {

namespace {

constexpr int patience_ms = 5000;

int connect_or_die(int family, const sockaddr* address, socklen_t size) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(::connect(fd, address, size) == 0);
    return fd;
}

bool readable(int fd, int wait_ms) {
    pollfd entry{fd, POLLIN, 0};
    return ::poll(&entry, 1, wait_ms) > 0;
}

std::string lower(std::string text) {
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return condition();
}

RawClient RawClient::tcp(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return RawClient(
        connect_or_die(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
}

RawClient RawClient::unix_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return RawClient(
        connect_or_die(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
}

RawClient::~RawClient() {
    if (fd_ >= 0) ::close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), input_(std::move(other.input_)) {}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::fill() {
    if (!readable(fd_, patience_ms)) return false;
    char buffer[65536];
    const ssize_t count = ::recv(fd_, buffer, sizeof(buffer), 0);
    if (count <= 0) return false;
    input_.append(buffer, static_cast<std::size_t>(count));
    return true;
}

std::string RawClient::read_until(std::string_view mark) {
    while (input_.find(mark) == std::string::npos) {
        if (!fill()) return std::exchange(input_, {});
    }
    const std::size_t end = input_.find(mark) + mark.size();
    std::string out = input_.substr(0, end);
    input_.erase(0, end);
    return out;
}

RawAnswer RawClient::read_answer(bool to_head) {
    RawAnswer answer;
    std::string head = read_until("\r\n\r\n");
    if (head.size() < 16 || head.substr(head.size() - 4) != "\r\n\r\n") return answer;
    answer.status = std::stoi(head.substr(9, 3));
    std::size_t at = head.find("\r\n") + 2;
    while (at + 2 < head.size()) {
        const std::size_t end = head.find("\r\n", at);
        const std::size_t colon = head.find(": ", at);
        answer.headers[lower(head.substr(at, colon - at))] =
            head.substr(colon + 2, end - colon - 2);
        at = end + 2;
    }
    const auto length = answer.headers.find("content-length");
    const std::size_t want =
        to_head || length == answer.headers.end() ? 0 : std::stoul(length->second);
    while (input_.size() < want && fill()) {
    }
    answer.whole = input_.size() >= want;
    answer.body = input_.substr(0, want);
    input_.erase(0, want);
    return answer;
}

bool RawClient::is_closed() {
    char byte = 0;
    return input_.empty() && readable(fd_, patience_ms) && ::recv(fd_, &byte, 1, 0) <= 0;
}

bool RawClient::is_silent(int wait_ms) {
    return input_.empty() && !readable(fd_, wait_ms);
}

void RawClient::shut_sending() {
    ::shutdown(fd_, SHUT_WR);
}

void RawClient::reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    ::close(std::exchange(fd_, -1));
}

void RawClient::set_receive_buffer(int bytes) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

wire::Response FunctionHandler::refuse(Exchange* exchange, RefusalReason reason, int status,
                                       const base::Error& error) {
    static_cast<void>(exchange);
    static_cast<void>(reason);
    wire::Response response;
    response.status = status;
    response.body = error.message;
    return response;
}

void FunctionHandler::observe(Exchange& exchange, wire::Response& response) {
    static_cast<void>(exchange);
    response.headers.add("X-Observed", "yes");
}

}  // namespace server::testing
