#include "this_machine.h"

#include <arpa/inet.h>

#include <string>

namespace client {

bool is_this_machine(std::string_view host) {
    if (host == "localhost" || host == "::1") return true;
    in_addr address = {};
    if (::inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) return false;
    return ntohl(address.s_addr) >> 24 == 127 && host.find('\0') == std::string_view::npos;
}

bool is_loopback_address(std::string_view listen) {
    const auto colon = listen.rfind(':');
    if (colon == std::string_view::npos) return false;
    std::string_view host = listen.substr(0, colon);
    // Without brackets it is not known where an IPv6 address ends.
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    return bracketed == (host.find(':') != std::string_view::npos) && is_this_machine(host);
}

}  // namespace client
