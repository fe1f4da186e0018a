#include "connection.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
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

// How often a wait looks whether it is still wanted.
constexpr std::int64_t look_ms = 100;

base::Result<void> wait_for(int socket, short events, std::int64_t timeout_ms,
                            const std::atomic<bool>* stopped) {
    pollfd wanted = {socket, events, 0};
    std::int64_t left_ms = timeout_ms;
    for (;;) {
        if (stopped != nullptr && *stopped) return Error{ErrorKind::unavailable, "stopped", ""};
        const std::int64_t wait_ms = stopped != nullptr ? std::min(left_ms, look_ms) : left_ms;
        const int ready = ::poll(&wanted, 1, static_cast<int>(wait_ms));
        if (ready > 0) return base::ok();
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return network_error("poll", errno);
        left_ms -= wait_ms;
        if (left_ms <= 0) return Error{ErrorKind::unavailable, "timed out", ""};
    }
}

class PlainConnection : public Connection {
  public:
    PlainConnection(int socket, const ConnectOptions& options)
        : socket_(socket), send_timeout_ms_(options.timeout_ms), stopped_(options.stopped) {}
    ~PlainConnection() override { ::close(socket_); }

    base::Result<void> send(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                TRY_VOID(wait(POLLOUT, send_timeout_ms_));
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
                TRY_VOID(wait(POLLIN, timeout_ms));
            } else if (errno != EINTR) {
                return network_error("receive", errno);
            }
        }
    }

    int socket() const { return socket_; }
    base::Result<void> wait(short events, std::int64_t timeout_ms) const {
        return wait_for(socket_, events, timeout_ms, stopped_);
    }

  private:
    const int socket_;
    const std::int64_t send_timeout_ms_;
    const std::atomic<bool>* const stopped_;
};

const char* find_ca_bundle() {
    for (const char* path :
         {static_cast<const char*>(std::getenv("AWS_CA_BUNDLE")),
          static_cast<const char*>(std::getenv("SSL_CERT_FILE")),
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
    TlsConnection(std::unique_ptr<PlainConnection> plain, std::shared_ptr<TlsContext> context,
                  std::int64_t timeout_ms)
        : plain_(std::move(plain)), context_(std::move(context)), timeout_ms_(timeout_ms) {}
    ~TlsConnection() override { SSL_free(ssl_); }

    base::Result<void> handshake(const std::string& host) {
        ssl_ = SSL_new(context_->get());
        if (ssl_ == nullptr || SSL_set_fd(ssl_, plain_->socket()) != 1) {
            return tls_error("cannot set up TLS");
        }
        // An address must be in the certificate as one; a name is told to the server, too.
        const bool is_address =
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str()) == 1;
        if (!is_address && (SSL_set_tlsext_host_name(ssl_, host.c_str()) != 1 ||
                            SSL_set1_host(ssl_, host.c_str()) != 1)) {
            return tls_error("cannot set up TLS");
        }
        for (;;) {
            ERR_clear_error();
            const int done = SSL_connect(ssl_);
            if (done == 1) return base::ok();
            TRY_VOID(wait(done, timeout_ms_, "TLS handshake with " + host));
        }
    }

    base::Result<void> send(std::string_view bytes) override {
        while (!bytes.empty()) {
            ERR_clear_error();
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
            ERR_clear_error();
            const int got = SSL_read(ssl_, out.data(), static_cast<int>(out.size()));
            if (got > 0) return static_cast<std::size_t>(got);
            if (SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
            TRY_VOID(wait(got, timeout_ms, "receive"));
        }
    }

  private:
    // SSL_get_error looks at the thread's queue of errors, too: what another connection left there
    // would be taken for this one's, so each call begins with an empty one.
    base::Result<void> wait(int result, std::int64_t timeout_ms, const std::string& what) {
        switch (SSL_get_error(ssl_, result)) {
            case SSL_ERROR_WANT_READ:
                return plain_->wait(POLLIN, timeout_ms);
            case SSL_ERROR_WANT_WRITE:
                return plain_->wait(POLLOUT, timeout_ms);
            case SSL_ERROR_SYSCALL:
                return Error{ErrorKind::unavailable, what + ": the connection was closed", ""};
            default:
                return tls_error(what);
        }
    }

    std::unique_ptr<PlainConnection> plain_;
    const std::shared_ptr<TlsContext> context_;
    const std::int64_t timeout_ms_;
    SSL* ssl_ = nullptr;
};

base::Result<std::unique_ptr<PlainConnection>> connect_one(const Address& address,
                                                           const ConnectOptions& options) {
    const int socket =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return network_error("socket", errno);
    auto connection = std::make_unique<PlainConnection>(socket, options);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* peer = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(socket, peer, address.length) == 0) return connection;
    if (errno != EINPROGRESS) return network_error("connect", errno);
    if (auto waited = connection->wait(POLLOUT, options.timeout_ms); !waited) {
        Error error = waited.error();
        error.message = "connect: " + error.message;
        return error;
    }
    int problem = 0;
    socklen_t length = sizeof problem;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length);
    if (problem != 0) return network_error("connect", problem);
    return connection;
}

}  // namespace

base::Result<std::shared_ptr<TlsContext>> TlsContext::open() {
    const std::shared_ptr<TlsContext> made(new TlsContext());
    made->context_ = SSL_CTX_new(TLS_client_method());
    const char* bundle = find_ca_bundle();
    if (made->context_ == nullptr || bundle == nullptr) {
        return Error{ErrorKind::invalid,
                     "no CA bundle to verify the server with: set SSL_CERT_FILE", ""};
    }
    SSL_CTX_set_min_proto_version(made->context_, TLS1_2_VERSION);
    SSL_CTX_set_verify(made->context_, SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_load_verify_locations(made->context_, bundle, nullptr) != 1) {
        return tls_error("cannot read the CA bundle");
    }
    return made;
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

base::Result<std::unique_ptr<Connection>> Connection::open(const Target& target,
                                                           const ConnectOptions& options) {
    TRY(addresses, resolve(target.host, target.port, options.timeout_ms));
    Error last{ErrorKind::unavailable, "no address", target.host};
    for (const Address& address : addresses) {
        auto plain = connect_one(address, options);
        if (!plain) {
            last = plain.error();
            last.context = target.host + ":" + std::to_string(target.port);
            continue;
        }
        if (!target.tls) return std::unique_ptr<Connection>(std::move(plain.value()));
        std::shared_ptr<TlsContext> context = options.tls;
        if (context == nullptr) {
            TRY(made, TlsContext::open());
            context = std::move(made);
        }
        auto tls = std::make_unique<TlsConnection>(std::move(plain.value()), std::move(context),
                                                   options.timeout_ms);
        TRY_VOID(tls->handshake(target.host));
        return std::unique_ptr<Connection>(std::move(tls));
    }
    return last;
}

}  // namespace client
