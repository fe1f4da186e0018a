// Base64 there and back; what is accepted is canonical.
#include <cstdlib>

#include "wire/base64.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto back = wire::decode_base64(wire::encode_base64(bytes));
    if (!back || back.value() != bytes) std::abort();
    const auto decoded = wire::decode_base64(bytes);
    if (decoded && wire::encode_base64(decoded.value()) != bytes) std::abort();
    return 0;
}
