// Hostile tokens of an authorization server, and key sets: the first byte says which.
#include "mcp/jwt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        const auto token = mcp::read_token(text, {"i", "a"}, {1'767'225'600'000});
        static const mcp::KeySet none;
        if (token) static_cast<void>(none.verify(token.value()));
        return 0;
    }
    static_cast<void>(mcp::KeySet::parse(text));
    return 0;
}
