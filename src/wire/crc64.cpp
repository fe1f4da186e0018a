#include "wire/crc64.h"

#include <immintrin.h>

#include <array>

#include "base/bytes.h"
#include "wire/checksums.h"

namespace wire {

namespace {

constexpr std::size_t slices = 8;
using Tables = std::array<std::array<std::uint64_t, 256>, slices>;

constexpr std::uint64_t times_x(std::uint64_t value) {
    return value >> 1 ^ ((value & 1) != 0 ? crc64nvme_polynomial : 0);
}

// tables[k][b]: the remainder of byte b followed by k zero bytes.
constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint64_t byte = 0; byte < 256; ++byte) {
        std::uint64_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = times_x(value);
        tables[0][byte] = value;
    }
    for (std::size_t k = 1; k < slices; ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint64_t previous = tables[k - 1][byte];
            tables[k][byte] = previous >> 8 ^ tables[0][previous & 0xFF];
        }
    }
    return tables;
}
constexpr Tables tables = make_tables();

// `state` is the remainder without initial value and final xor.
std::uint64_t update_by_tables(std::string_view bytes, std::uint64_t state) {
    while (bytes.size() >= slices) {
        const std::uint64_t eight = base::load_fixed<std::uint64_t>(bytes.data()) ^ state;
        state = 0;
        for (std::size_t k = 0; k < slices; ++k) {
            state ^= tables[slices - 1 - k][eight >> (8 * k) & 0xFF];
        }
        bytes.remove_prefix(slices);
    }
    for (const char c : bytes) {
        state = state >> 8 ^ tables[0][(state ^ static_cast<unsigned char>(c)) & 0xFF];
    }
    return state;
}

// x^power modulo the polynomial, reflected.
constexpr std::uint64_t power_of_x(int power) {
    std::uint64_t value = std::uint64_t{1} << 63;
    for (int i = 0; i < power; ++i)
        value = times_x(value);
    return value;
}

constexpr std::size_t lanes = 4;
constexpr std::size_t stride = lanes * 16;

// `lane` moved 128·n bits on and `next` added. A reflected product stands one bit too low, hence
// the powers one less than the distance.
__attribute__((target("pclmul"))) __m128i fold(__m128i lane, __m128i powers, __m128i next) {
    const __m128i low = _mm_clmulepi64_si128(lane, powers, 0x00);
    const __m128i high = _mm_clmulepi64_si128(lane, powers, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__m128i load(const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// Folding over four lanes (Gopal et al., "Fast CRC Computation for Generic Polynomials Using
// PCLMULQDQ Instruction"); what is left of 16 bytes and the tail go through the tables.
__attribute__((target("pclmul"))) std::uint64_t update_by_folding(std::string_view bytes,
                                                                  std::uint64_t state) {
    const auto as_signed = [](std::uint64_t value) { return static_cast<long long>(value); };
    constexpr std::uint64_t far_low = power_of_x(512 + 64 - 1);
    constexpr std::uint64_t far_high = power_of_x(512 - 1);
    constexpr std::uint64_t near_low = power_of_x(128 + 64 - 1);
    constexpr std::uint64_t near_high = power_of_x(128 - 1);
    const __m128i far = _mm_set_epi64x(as_signed(far_high), as_signed(far_low));
    const __m128i near = _mm_set_epi64x(as_signed(near_high), as_signed(near_low));

    const char* at = bytes.data();
    std::size_t left = bytes.size() - stride;
    __m128i lane0 = _mm_xor_si128(load(at), _mm_set_epi64x(0, as_signed(state)));
    __m128i lane1 = load(at + 16);
    __m128i lane2 = load(at + 32);
    __m128i lane3 = load(at + 48);
    at += stride;
    for (; left >= stride; left -= stride, at += stride) {
        lane0 = fold(lane0, far, load(at));
        lane1 = fold(lane1, far, load(at + 16));
        lane2 = fold(lane2, far, load(at + 32));
        lane3 = fold(lane3, far, load(at + 48));
    }
    lane1 = fold(lane0, near, lane1);
    lane2 = fold(lane1, near, lane2);
    lane3 = fold(lane2, near, lane3);
    char rest[16];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rest), lane3);
    return update_by_tables({at, left}, update_by_tables({rest, sizeof rest}, 0));
}

}  // namespace

std::uint64_t crc64nvme_portable(std::string_view bytes, std::uint64_t before) {
    return ~update_by_tables(bytes, ~before);
}

std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t before) {
    if (bytes.size() >= 2 * stride && __builtin_cpu_supports("pclmul")) {
        return ~update_by_folding(bytes, ~before);
    }
    return crc64nvme_portable(bytes, before);
}

}  // namespace wire
