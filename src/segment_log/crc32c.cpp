#include "segment_log/crc32c.h"

#include <nmmintrin.h>

#include <cstring>

namespace segment_log {

// SSE 4.2 has the instruction, and our baseline (x86-64-v2) has SSE 4.2.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
    std::uint64_t crc = ~before;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof(word));
        crc = _mm_crc32_u64(crc, word);
        at += sizeof(word);
    }
    auto narrow = static_cast<std::uint32_t>(crc);
    for (; left > 0; --left) {
        narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*at++));
    }
    return ~narrow;
}

}  // namespace segment_log
