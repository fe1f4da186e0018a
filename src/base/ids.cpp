#include "base/ids.h"

#include "base/bytes.h"

namespace base {

std::uint64_t Random::next_u64() {
    std::uint64_t value = 0;
    fill({reinterpret_cast<char*>(&value), sizeof value});
    return value;
}

std::string Random::bytes(std::size_t count) {
    std::string out(count, '\0');
    fill(out);
    return out;
}

std::string make_uuid(Random& random) {
    std::string raw = random.bytes(16);
    raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);
    raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
    std::string text = to_hex(raw);
    for (const std::size_t at : {8U, 13U, 18U, 23U})
        text.insert(at, 1, '-');
    return text;
}

std::string make_hex_id(Random& random, std::size_t digits) {
    std::string text = to_hex(random.bytes((digits + 1) / 2));
    text.resize(digits);
    return text;
}

std::string make_upper_id(Random& random, std::size_t length) {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string text = random.bytes(length);
    for (char& c : text)
        c = alphabet[static_cast<unsigned char>(c) % (sizeof alphabet - 1)];
    return text;
}

}  // namespace base
