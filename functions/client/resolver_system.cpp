// The system's resolver, for programs that link glibc dynamically.
#include <netdb.h>

#include <cstring>
#include <memory>

#include "resolver.h"

namespace client {

base::Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port,
                                           std::int64_t /*timeout_ms: resolv.conf's*/) {
    if (auto numeric = numeric_address(host, port); !numeric.empty()) return numeric;
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int problem = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (problem != 0) {
        return base::Error{base::ErrorKind::unavailable,
                           std::string("cannot resolve: ") + gai_strerror(problem), host};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    std::vector<Address> addresses;
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        Address address;
        std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
        address.length = at->ai_addrlen;
        addresses.push_back(address);
    }
    return addresses;
}

}  // namespace client
