#include "services/kinesis/sequence_number.h"

#include <array>
#include <cstdio>
#include <cstring>

#include "base/units.h"

namespace kinesis {
namespace {

// A 192-bit number as three 64-bit limbs, most significant first.
using Limbs = std::array<std::uint64_t, 3>;
__extension__ typedef unsigned __int128 Wide;

constexpr std::uint64_t version = 2;
constexpr std::uint64_t ten_to_19 = 10'000'000'000'000'000'000U;
constexpr std::uint64_t created_bits_mask = (std::uint64_t{1} << 36) - 1;
constexpr std::uint64_t check_bits_mask = (std::uint64_t{1} << 44) - 1;

// Divides in place and returns the remainder.
std::uint64_t divide(Limbs& number, std::uint64_t divisor) {
    Wide rest = 0;
    for (auto& limb : number) {
        if (rest == 0 && limb < divisor) {  // spares the slow division where it gives nothing
            rest = limb;
            limb = 0;
            continue;
        }
        rest = rest << 64 | limb;
        limb = static_cast<std::uint64_t>(rest / divisor);
        rest %= divisor;
    }
    return static_cast<std::uint64_t>(rest);
}

// number = number * factor + addend; false on overflow of 192 bits.
bool multiply_add(Limbs& number, std::uint64_t factor, std::uint64_t addend) {
    Wide carry = addend;
    for (std::size_t i = number.size(); i-- > 0;) {
        carry += Wide{number[i]} * factor;
        number[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
    return carry == 0;
}

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finalizer
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

struct Fields {
    std::uint64_t head = 0;  // must be 2
    std::uint64_t created_s = 0;
    std::uint64_t shard_low = 0;
    std::uint64_t position = 0;
    std::uint64_t check = 0;
    std::uint64_t shard = 0;
    std::uint64_t tail = 0;  // must be 2
};

// 188 bits: limb 0 holds the upper 60, limb 1 and 2 the rest.
Limbs pack(const Fields& f) {
    const std::uint64_t high44 = f.head << 40 | f.created_s << 4 | f.shard_low;
    return {high44 << 16 | f.position >> 48, f.position << 16 | f.check >> 28,
            f.check << 36 | f.shard << 4 | f.tail};
}

Fields unpack(const Limbs& n) {
    Fields f;
    f.head = n[0] >> 56;
    f.created_s = n[0] >> 20 & created_bits_mask;
    f.shard_low = n[0] >> 16 & 15;
    f.position = n[0] << 48 | n[1] >> 16;
    f.check = (n[1] << 28 | n[2] >> 36) & check_bits_mask;
    f.shard = n[2] >> 4 & 0xffffffffU;
    f.tail = n[2] & 15;
    return f;
}

// Exactly `count` digits, with leading zeros.
void write_digits(std::uint64_t value, char* out, std::size_t count) {
    static constexpr auto pairs = [] {
        std::array<char, 200> table{};
        for (std::size_t i = 0; i < 100; ++i) {
            table[i * 2] = static_cast<char>('0' + i / 10);
            table[i * 2 + 1] = static_cast<char>('0' + i % 10);
        }
        return table;
    }();
    while (count >= 2) {
        count -= 2;
        std::memcpy(out + count, &pairs[value % 100 * 2], 2);
        value /= 100;
    }
    if (count == 1) out[0] = static_cast<char>('0' + value % 10);
}

}  // namespace

SequenceCodec::SequenceCodec(std::string_view stream_id, std::int64_t created_ms)
    : created_s_(static_cast<std::uint64_t>(created_ms / base::second_ms) & created_bits_mask) {
    std::uint64_t salt = 0xcbf29ce484222325U;  // FNV-1a
    for (const char c : stream_id) {
        salt = (salt ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    salt_ = mix(salt);
}

std::uint64_t SequenceCodec::check(SequenceNumber number) const {
    return mix(mix(salt_ ^ number.position) + number.shard) & check_bits_mask;
}

void SequenceCodec::format(SequenceNumber number, char* out) const {
    Limbs limbs = pack({version, created_s_, number.shard & 15, number.position, check(number),
                        number.shard, version});
    write_digits(divide(limbs, ten_to_19), out + 37, 19);
    write_digits(divide(limbs, ten_to_19), out + 18, 19);
    write_digits(limbs[2], out, 18);
}

SequenceVerdict SequenceCodec::parse(std::string_view text, SequenceNumber* number) const {
    if (text.size() != digits || text[0] == '0') return SequenceVerdict::malformed;
    Limbs limbs{};
    for (std::size_t at = 0; at < digits;) {
        std::uint64_t chunk = 0;
        const std::size_t end = at == 0 ? 18 : at + 19;
        for (; at < end; ++at) {
            if (text[at] < '0' || text[at] > '9') return SequenceVerdict::malformed;
            chunk = chunk * 10 + static_cast<std::uint64_t>(text[at] - '0');
        }
        if (!multiply_add(limbs, ten_to_19, chunk)) return SequenceVerdict::malformed;
    }
    const Fields f = unpack(limbs);
    if (f.head != version || f.tail != version || f.shard_low != (f.shard & 15)) {
        return SequenceVerdict::malformed;
    }
    number->shard = static_cast<segment_log::Lane>(f.shard);
    number->position = f.position;
    if (f.created_s != created_s_ || f.check != check(*number)) {
        return SequenceVerdict::other_stream;
    }
    return SequenceVerdict::valid;
}

std::string format_shard_id(segment_log::Lane shard) {
    std::string text = "shardId-000000000000";
    write_digits(shard, text.data() + 8, 12);
    return text;
}

}  // namespace kinesis
