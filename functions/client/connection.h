// One TCP connection, plain or TLS, with time limits on everything. Blocking; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace client {

struct Target {
    std::string host;  // name or address, without brackets
    std::uint16_t port = 80;
    bool tls = false;
    bool operator==(const Target&) const = default;
};

class Connection {
  public:
    // Resolve, connect and, for TLS, verify the certificate against the host name. The CA bundle is
    // SSL_CERT_FILE, /etc/pki/tls/certs/ca-bundle.crt (AWS) or
    // /etc/ssl/certs/ca-certificates.crt (Debian), the first that is there.
    //   errors  unavailable (no address, refused, timeout), invalid (the certificate)
    static base::Result<std::unique_ptr<Connection>> open(const Target& target,
                                                          std::int64_t timeout_ms);
    virtual ~Connection() = default;
    virtual base::Result<void> send(std::string_view bytes) = 0;
    // Up to out.size() bytes, 0 when the peer has closed. unavailable after `timeout_ms` without
    // any.
    virtual base::Result<std::size_t> receive(std::span<char> out, std::int64_t timeout_ms) = 0;
};

}  // namespace client
