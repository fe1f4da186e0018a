#include "wire/base64.h"

#include <array>
#include <cstdint>

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace wire {

namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t not_base64 = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_base64);
    for (std::uint8_t i = 0; i < 64; ++i)
        values[static_cast<unsigned char>(alphabet[i])] = i;
    return values;
}
constexpr auto values = make_values();

#if defined(__SSSE3__)
// Twelve of the sixteen bytes at `from` to sixteen characters (the method of Wojciech Muła and
// Daniel Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions").
__m128i encode_block(__m128i bytes) {
    bytes =
        _mm_shuffle_epi8(bytes, _mm_set_epi8(10, 11, 9, 10, 7, 8, 6, 7, 4, 5, 3, 4, 1, 2, 0, 1));
    const __m128i high = _mm_mulhi_epu16(_mm_and_si128(bytes, _mm_set1_epi32(0x0fc0fc00)),
                                         _mm_set1_epi32(0x04000040));
    const __m128i low = _mm_mullo_epi16(_mm_and_si128(bytes, _mm_set1_epi32(0x003f03f0)),
                                        _mm_set1_epi32(0x01000010));
    const __m128i six = _mm_or_si128(high, low);
    // What to add to each six-bit value depends on its range only.
    __m128i range = _mm_subs_epu8(six, _mm_set1_epi8(51));
    range = _mm_or_si128(range,
                         _mm_and_si128(_mm_cmpgt_epi8(_mm_set1_epi8(26), six), _mm_set1_epi8(13)));
    const __m128i offsets =
        _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                      '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    return _mm_add_epi8(_mm_shuffle_epi8(offsets, range), six);
}

// Sixteen characters to twelve bytes; false when one is not of the alphabet (or is padding).
bool decode_block(__m128i text, __m128i& bytes) {
    const __m128i low_classes = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                              0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
    const __m128i high_classes = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10,
                                               0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
    const __m128i offsets = _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128i slash = _mm_set1_epi8(0x2F);
    const __m128i high_nibbles = _mm_and_si128(_mm_srli_epi32(text, 4), slash);
    const __m128i low_nibbles = _mm_and_si128(text, slash);
    const __m128i bad = _mm_and_si128(_mm_shuffle_epi8(low_classes, low_nibbles),
                                      _mm_shuffle_epi8(high_classes, high_nibbles));
    if (_mm_movemask_epi8(_mm_cmpgt_epi8(bad, _mm_setzero_si128())) != 0) return false;
    const __m128i is_slash = _mm_cmpeq_epi8(text, slash);
    const __m128i six =
        _mm_add_epi8(text, _mm_shuffle_epi8(offsets, _mm_add_epi8(is_slash, high_nibbles)));
    const __m128i twelve = _mm_maddubs_epi16(six, _mm_set1_epi32(0x01400140));
    const __m128i packed = _mm_madd_epi16(twelve, _mm_set1_epi32(0x00011000));
    bytes = _mm_shuffle_epi8(packed,
                             _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    return true;
}
#endif

std::uint8_t value_of(char c) {
    return values[static_cast<unsigned char>(c)];
}

base::Error bad_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool padding =
            text[i] == '=' && i + 2 >= text.size() && (i + 1 == text.size() || text[i + 1] == '=');
        if (value_of(text[i]) == not_base64 && !padding) {
            std::string shown;
            if (text[i] >= 0x20 && text[i] < 0x7F) {
                shown = text[i];
            } else {
                shown = "0x" + std::string(1, "0123456789abcdef"[(text[i] >> 4) & 15]) +
                        std::string(1, "0123456789abcdef"[text[i] & 15]);
            }
            return {base::ErrorKind::invalid, "Invalid Base64 character: '" + shown + "'", {}};
        }
    }
    return {base::ErrorKind::invalid, "Invalid last non-pad Base64 character detected", {}};
}

// The last one to four characters' worth: `text` has exactly four, maybe with padding.
bool decode_last(std::string_view text, std::string& out) {
    const std::size_t padding = text[3] != '=' ? 0 : (text[2] != '=' ? 1 : 2);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint8_t six = i < 4 - padding ? value_of(text[i]) : std::uint8_t{0};
        if (six == not_base64) return false;
        bits = bits << 6 | six;
    }
    if (padding >= 1 && (bits & 0xFF) != 0) return false;
    if (padding == 2 && (bits & 0xFF00) != 0) return false;
    out.push_back(static_cast<char>(bits >> 16));
    if (padding < 2) out.push_back(static_cast<char>(bits >> 8));
    if (padding < 1) out.push_back(static_cast<char>(bits));
    return true;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t start = out.size();
    out.resize(start + base64_length(bytes.size()));
    char* to = out.data() + start;
    std::size_t at = 0;
#if defined(__SSSE3__)
    for (; at + 16 <= bytes.size(); at += 12, to += 16) {
        const auto* from = reinterpret_cast<const __m128i*>(bytes.data() + at);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), encode_block(_mm_loadu_si128(from)));
    }
#endif
    for (; at < bytes.size(); at += 3, to += 4) {
        const std::size_t left = bytes.size() - at;
        const auto byte = [&](std::size_t i) -> std::uint32_t {
            return i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U;
        };
        const std::uint32_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        to[0] = alphabet[bits >> 18];
        to[1] = alphabet[bits >> 12 & 63];
        to[2] = left > 1 ? alphabet[bits >> 6 & 63] : '=';
        to[3] = left > 2 ? alphabet[bits & 63] : '=';
    }
}

std::string encode_base64(std::string_view bytes) {
    std::string text;
    append_base64(text, bytes);
    return text;
}

base::Result<void> append_base64_decoded(std::string& out, std::string_view text) {
    if (text.size() % 4 != 0) {
        return base::Error{base::ErrorKind::invalid,
                           "Base64 encoded length is expected a multiple of 4 bytes but found: " +
                               std::to_string(text.size()),
                           {}};
    }
    if (text.empty()) return base::ok();
    const std::size_t start = out.size();
    // The blocks store sixteen bytes of which twelve count, so leave room for the overhang.
    out.resize(start + text.size() / 4 * 3 + 4);
    std::size_t length = start;
    std::size_t at = 0;
#if defined(__SSSE3__)
    for (; at + 16 < text.size(); at += 16, length += 12) {
        __m128i bytes;
        const auto* from = reinterpret_cast<const __m128i*>(text.data() + at);
        if (!decode_block(_mm_loadu_si128(from), bytes)) break;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.data() + length), bytes);
    }
#endif
    out.resize(length);
    for (; at < text.size(); at += 4) {
        const std::string_view four = text.substr(at, 4);
        const bool last = at + 4 == text.size();
        if ((!last && four[3] == '=') || !decode_last(four, out)) {
            out.resize(start);
            return bad_character(text);
        }
    }
    return base::ok();
}

base::Result<std::string> decode_base64(std::string_view text) {
    std::string bytes;
    TRY_VOID(append_base64_decoded(bytes, text));
    return bytes;
}

}  // namespace wire
