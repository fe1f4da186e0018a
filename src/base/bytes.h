// Bytes in memory are std::string (owned) and std::string_view (borrowed). Fixed-width integers on
// disk and on the wire of our own formats are little-endian.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace base {

// A binary value in a shape (base64 in JSON and XML, a byte string in CBOR). The distinct type
// is what tells the codecs that it is not text.
struct Blob {
    std::string bytes;
    bool operator==(const Blob&) const = default;
};

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stored integers are little-endian");

template <std::unsigned_integral T>
void append_fixed(std::string& out, T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out.append(raw, sizeof(T));
}

// `from` must hold at least sizeof(T) bytes.
template <std::unsigned_integral T>
T load_fixed(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof(T));
    return value;
}

template <std::unsigned_integral T>
void store_fixed(char* to, T value) {
    std::memcpy(to, &value, sizeof(T));
}

// Big-endian, so that byte order is number order: for keys of ordered tables.
template <std::unsigned_integral T>
void append_ordered(std::string& out, T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift));
    }
}

template <std::unsigned_integral T>
T load_ordered(const char* from) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = value << 8 | static_cast<unsigned char>(from[i]);
    }
    return static_cast<T>(value);
}

// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);

}  // namespace base
