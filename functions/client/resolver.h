// Names to addresses. Two implementations, chosen by the build: the system's getaddrinfo for
// datastack itself, c-ares for static binaries, where glibc would load NSS plugins of another
// version.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace client {

struct Address {
    sockaddr_storage storage = {};
    socklen_t length = 0;
};

// Addresses of `host` (a name, or an address as text) for TCP, the one to try first first; at
// least one.   errors  unavailable
base::Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port,
                                           std::int64_t timeout_ms);

// An IPv4 or IPv6 address as text; empty when it is a name.
std::vector<Address> numeric_address(const std::string& host, std::uint16_t port);

}  // namespace client
