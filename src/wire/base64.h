// Base64 (RFC 4648 §4, standard alphabet, with padding). SSSE3: above 2 GB/s each way, because
// every stream record crosses it twice.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace wire {

constexpr std::size_t base64_length(std::size_t bytes) {
    return (bytes + 2) / 3 * 4;
}

// Appends the text of `bytes` to `out`.
void append_base64(std::string& out, std::string_view bytes);
std::string encode_base64(std::string_view bytes);

// Appends the bytes of `text` to `out`. Strict: length a multiple of four, padding only at the end,
// no white space, unused bits zero.
//   errors  invalid; `out` is then as before. The message is AWS's, without the value itself
base::Result<void> append_base64_decoded(std::string& out, std::string_view text);
base::Result<std::string> decode_base64(std::string_view text);

}  // namespace wire
