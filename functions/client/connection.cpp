#include "connection.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "resolver.h"

namespace client {

namespace {

using base::Error;
using base::ErrorKind;

Error network_error(const std::string& what, int os_error) {
    return {ErrorKind::unavailable, what + ": " + std::strerror(os_error), "", os_error};
}

base::Result<void> wait_for(int socket, short events, std::int64_t timeout_ms) {
    pollfd wanted = {socket, events, 0};
    for (;;) {
        const int ready = ::poll(&wanted, 1, static_cast<int>(timeout_ms));
        if (ready > 0) return base::ok();
        if (ready == 0) return Error{ErrorKind::unavailable, "timed out", ""};
        if (errno != EINTR) return network_error("poll", errno);
    }
}

class PlainConnection : public Connection {
  public:
    PlainConnection(int socket, std::int64_t timeout_ms)
        : socket_(socket), send_timeout_ms_(timeout_ms) {}
    ~PlainConnection() override { ::close(socket_); }

    base::Result<void> send(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                TRY_VOID(wait_for(socket_, POLLOUT, send_timeout_ms_));
            } else if (errno != EINTR) {
                return network_error("send", errno);
            }
        }
        return base::ok();
    }

    base::Result<std::size_t> receive(std::span<char> out, std::int64_t timeout_ms) override {
        for (;;) {
            const ssize_t got = ::recv(socket_, out.data(), out.size(), 0);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno == EAGAIN) {
                TRY_VOID(wait_for(socket_, POLLIN, timeout_ms));
            } else if (errno != EINTR) {
                return network_error("receive", errno);
            }
        }
    }

    int socket() const { return socket_; }

  private:
    const int socket_;
    const std::int64_t send_timeout_ms_;
};

const char* find_ca_bundle() {
    for (const char* path :
         {static_cast<const char*>(std::getenv("SSL_CERT_FILE")),
          "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"}) {
        if (path != nullptr && *path != '\0' && ::access(path, R_OK) == 0) return path;
    }
    return nullptr;
}

Error tls_error(const std::string& what) {
    char text[256];
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    return {ErrorKind::invalid, what + ": " + text, ""};
}

class TlsConnection final : public Connection {
  public:
    TlsConnection(std::unique_ptr<PlainConnection> plain, std::int64_t timeout_ms)
        : plain_(std::move(plain)), timeout_ms_(timeout_ms) {}
    ~TlsConnection() override {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }

    base::Result<void> handshake(const std::string& host) {
        context_ = SSL_CTX_new(TLS_client_method());
        const char* bundle = find_ca_bundle();
        if (context_ == nullptr || bundle == nullptr) {
            return Error{ErrorKind::invalid,
                         "no CA bundle to verify the server with: set SSL_CERT_FILE", ""};
        }
        SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
        if (SSL_CTX_load_verify_locations(context_, bundle, nullptr) != 1) {
            return tls_error("cannot read the CA bundle");
        }
        ssl_ = SSL_new(context_);
        if (ssl_ == nullptr || SSL_set_fd(ssl_, plain_->socket()) != 1 ||
            SSL_set_tlsext_host_name(ssl_, host.c_str()) != 1 ||
            SSL_set1_host(ssl_, host.c_str()) != 1) {
            return tls_error("cannot set up TLS");
        }
        for (;;) {
            const int done = SSL_connect(ssl_);
            if (done == 1) return base::ok();
            TRY_VOID(wait(done, timeout_ms_, "TLS handshake with " + host));
        }
    }

    base::Result<void> send(std::string_view bytes) override {
        while (!bytes.empty()) {
            const int sent = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else {
                TRY_VOID(wait(sent, timeout_ms_, "send"));
            }
        }
        return base::ok();
    }

    base::Result<std::size_t> receive(std::span<char> out, std::int64_t timeout_ms) override {
        for (;;) {
            const int got = SSL_read(ssl_, out.data(), static_cast<int>(out.size()));
            if (got > 0) return static_cast<std::size_t>(got);
            if (SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
            TRY_VOID(wait(got, timeout_ms, "receive"));
        }
    }

  private:
    base::Result<void> wait(int result, std::int64_t timeout_ms, const std::string& what) {
        switch (SSL_get_error(ssl_, result)) {
            case SSL_ERROR_WANT_READ:
                return wait_for(plain_->socket(), POLLIN, timeout_ms);
            case SSL_ERROR_WANT_WRITE:
                return wait_for(plain_->socket(), POLLOUT, timeout_ms);
            case SSL_ERROR_SYSCALL:
                return Error{ErrorKind::unavailable, what + ": the connection was closed", ""};
            default:
                return tls_error(what);
        }
    }

    std::unique_ptr<PlainConnection> plain_;
    const std::int64_t timeout_ms_;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
};

base::Result<std::unique_ptr<PlainConnection>> connect_one(const Address& address,
                                                           std::int64_t timeout_ms) {
    const int socket =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return network_error("socket", errno);
    auto connection = std::make_unique<PlainConnection>(socket, timeout_ms);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* peer = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(socket, peer, address.length) == 0) return connection;
    if (errno != EINPROGRESS) return network_error("connect", errno);
    TRY_VOID(wait_for(socket, POLLOUT, timeout_ms));
    int problem = 0;
    socklen_t length = sizeof problem;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length);
    if (problem != 0) return network_error("connect", problem);
    return connection;
}

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const Target& target,
                                                           std::int64_t timeout_ms) {
    TRY(addresses, resolve(target.host, target.port, timeout_ms));
    Error last{ErrorKind::unavailable, "no address", target.host};
    for (const Address& address : addresses) {
        auto plain = connect_one(address, timeout_ms);
        if (!plain) {
            last = plain.error();
            last.context = target.host + ":" + std::to_string(target.port);
            continue;
        }
        if (!target.tls) return std::unique_ptr<Connection>(std::move(plain.value()));
        auto tls = std::make_unique<TlsConnection>(std::move(plain.value()), timeout_ms);
        TRY_VOID(tls->handshake(target.host));
        return std::unique_ptr<Connection>(std::move(tls));
    }
    return last;
}

}  // namespace client
