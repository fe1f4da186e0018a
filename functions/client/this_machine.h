// Which hosts are the machine that we run on: what may be reached without TLS, and who reaches us
// without a token.
#pragma once

#include <string_view>

namespace client {

// "localhost", "::1" (without brackets), or four numbers of which the first is 127. A name that
// only begins like an address is somebody else's.
bool is_this_machine(std::string_view host);

// Whether only this machine reaches what listens there: "127.0.0.1:4566", "localhost:0",
// "[::1]:1".
bool is_loopback_address(std::string_view listen);

}  // namespace client
