// One TCP connection, plain or TLS, with time limits on everything. Blocking; one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace client {

struct Target {
    std::string host;  // name or address, without brackets
    std::uint16_t port = 80;
    bool tls = false;
    bool operator==(const Target&) const = default;
};

// What TLS connections have in common: reading the CA bundle costs more than a handshake. The
// bundle is AWS_CA_BUNDLE, SSL_CERT_FILE, /etc/pki/tls/certs/ca-bundle.crt (AWS) or
// /etc/ssl/certs/ca-certificates.crt (Debian), the first that is there. Any thread.
class TlsContext {
  public:
    // errors  invalid: no bundle, or it cannot be read
    static base::Result<std::shared_ptr<TlsContext>> open();
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ssl_ctx_st* get() const { return context_; }

  private:
    TlsContext() = default;
    ssl_ctx_st* context_ = nullptr;
};

struct ConnectOptions {
    std::int64_t timeout_ms = 5'000;  // of each step
    // Looked at while waiting: once it is true, every wait ends with `unavailable`.
    const std::atomic<bool>* stopped = nullptr;
    std::shared_ptr<TlsContext> tls = nullptr;  // null: one for this connection
};

class Connection {
  public:
    // Resolve, connect and, for TLS, verify the certificate against the host name.
    //   errors  unavailable (no address, refused, timeout), invalid (the certificate)
    static base::Result<std::unique_ptr<Connection>> open(const Target& target,
                                                          const ConnectOptions& options);
    virtual ~Connection() = default;
    virtual base::Result<void> send(std::string_view bytes) = 0;
    // Up to out.size() bytes, 0 when the peer has closed. unavailable after `timeout_ms` without
    // any.
    virtual base::Result<std::size_t> receive(std::span<char> out, std::int64_t timeout_ms) = 0;
};

}  // namespace client
