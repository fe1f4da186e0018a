// UTF-8 (RFC 3629): shortest forms only, no surrogates, at most U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace wire {

// The length in bytes of the character at the front of `text` (not empty); 0 when it is not UTF-8.
std::size_t utf8_sequence_length(std::string_view text);

bool is_utf8(std::string_view text);

// The number of code points; bytes that are not UTF-8 count one each.
std::size_t utf8_length(std::string_view text);

// `text` with each byte that is not UTF-8 replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

}  // namespace wire
