// c-ares: reads /etc/hosts and /etc/resolv.conf by itself and asks the name servers. No NSS, so it
// works in a static binary on any distribution, also in an empty root directory.
#include <ares.h>
#include <netdb.h>
#include <poll.h>

#include <chrono>
#include <cstring>

#include "resolver.h"

namespace client {
namespace {

struct Lookup {
    std::uint16_t port = 0;
    bool done = false;
    int status = ARES_ENODATA;
    std::vector<Address> addresses;
};

void on_found(void* argument, int status, int /*timeouts*/, ares_addrinfo* found) {
    auto& lookup = *static_cast<Lookup*>(argument);
    lookup.done = true;
    lookup.status = status;
    if (found == nullptr) return;
    for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
        Address address;
        std::memcpy(&address.storage, node->ai_addr, node->ai_addrlen);
        address.length = static_cast<socklen_t>(node->ai_addrlen);
        // Asked without a service name (that would need /etc/services), so the port is ours.
        if (node->ai_family == AF_INET) {
            reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = htons(lookup.port);
        } else if (node->ai_family == AF_INET6) {
            reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = htons(lookup.port);
        }
        lookup.addresses.push_back(address);
    }
    ares_freeaddrinfo(found);
}

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Let the channel work until the lookup is done or `until_ms`.
void work(ares_channel channel, const Lookup& lookup, std::int64_t until_ms) {
    while (!lookup.done && now_ms() < until_ms) {
        ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
        const int wanted = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
        std::vector<pollfd> waits;
        for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
            short events = 0;
            if (ARES_GETSOCK_READABLE(wanted, i)) events = POLLIN;
            if (ARES_GETSOCK_WRITABLE(wanted, i)) events = static_cast<short>(events | POLLOUT);
            if (events != 0) waits.push_back({sockets[i], events, 0});
        }
        timeval most{0, 100'000};
        timeval buffer{};
        const timeval* next = ares_timeout(channel, &most, &buffer);
        const auto wait_ms = static_cast<int>(next->tv_sec * 1000 + next->tv_usec / 1000);
        ::poll(waits.data(), waits.size(), wait_ms);
        for (const auto& wait : waits) {
            const bool read = (wait.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
            const bool write = (wait.revents & POLLOUT) != 0;
            ares_process_fd(channel, read ? wait.fd : ARES_SOCKET_BAD,
                            write ? wait.fd : ARES_SOCKET_BAD);
        }
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // timeouts
    }
}

}  // namespace

base::Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port,
                                           std::int64_t timeout_ms) {
    if (auto numeric = numeric_address(host, port); !numeric.empty()) return numeric;
    static const int ready = ares_library_init(ARES_LIB_INIT_ALL);
    ares_channel channel = nullptr;
    ares_options options{};
    options.timeout = 2'000;  // ms, for one try of one server
    options.tries = 2;
    // Files before name servers whatever nsswitch.conf says.
    char lookups[] = "fb";
    options.lookups = lookups;
    constexpr int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS;
    if (ready != ARES_SUCCESS || ares_init_options(&channel, &options, mask) != ARES_SUCCESS) {
        return base::Error{base::ErrorKind::unavailable, "cannot resolve: no resolver", host};
    }
    Lookup lookup;
    lookup.port = port;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel, host.c_str(), nullptr, &hints, &on_found, &lookup);
    work(channel, lookup, now_ms() + timeout_ms);
    ares_destroy(channel);  // calls back what is left, with ARES_EDESTRUCTION
    if (lookup.addresses.empty()) {
        return base::Error{base::ErrorKind::unavailable,
                           std::string("cannot resolve: ") + ares_strerror(lookup.status), host};
    }
    return std::move(lookup.addresses);
}

}  // namespace client
