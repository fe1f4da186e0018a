#include "wire/utf8.h"

#include <cstdint>
#include <cstring>

namespace wire {

namespace {

// Bytes of ASCII at the front, eight at a time.
std::size_t ascii_length(std::string_view text) {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, text.data() + at, 8);
        if ((eight & 0x8080808080808080ULL) != 0) break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

bool is_utf8(std::string_view text) {
    while (true) {
        text.remove_prefix(ascii_length(text));
        if (text.empty()) return true;
        const std::size_t sequence = utf8_sequence_length(text);
        if (sequence == 0) return false;
        text.remove_prefix(sequence);
    }
}

std::size_t utf8_length(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t ascii = ascii_length(text);
        count += ascii;
        text.remove_prefix(ascii);
        if (text.empty()) break;
        const std::size_t sequence = utf8_sequence_length(text);
        text.remove_prefix(sequence == 0 ? 1 : sequence);
        ++count;
    }
    return count;
}

std::string to_valid_utf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t sequence = utf8_sequence_length(text);
        if (sequence == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        } else {
            out.append(text.substr(0, sequence));
            text.remove_prefix(sequence);
        }
    }
    return out;
}

}  // namespace wire
