#include "services/kinesis/hash_key.h"

// One-shot MD5 without the fetch of EVP, which costs more than the hash of a short key.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>

#include <algorithm>

#include "base/bytes.h"

namespace kinesis {

HashKey hash_partition_key(std::string_view partition_key) {
    unsigned char digest[MD5_DIGEST_LENGTH];
    MD5_CTX context;
    MD5_Init(&context);
    MD5_Update(&context, partition_key.data(), partition_key.size());
    MD5_Final(digest, &context);
    const char* bytes = reinterpret_cast<const char*>(digest);
    return HashKey{base::load_ordered<std::uint64_t>(bytes)} << 64 |
           base::load_ordered<std::uint64_t>(bytes + 8);
}

std::optional<HashKey> parse_hash_key(std::string_view decimal) {
    if (decimal.empty() || decimal.size() > 39) return std::nullopt;
    if (decimal.size() > 1 && decimal[0] == '0') return std::nullopt;
    HashKey value = 0;
    for (const char c : decimal) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<unsigned>(c - '0');
        if (value > (hash_key_max - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

std::string format_hash_key(HashKey key) {
    std::string text;
    do {
        text.push_back(static_cast<char>('0' + static_cast<int>(key % 10)));
        key /= 10;
    } while (key != 0);
    std::reverse(text.begin(), text.end());
    return text;
}

std::vector<HashRange> split_evenly(std::uint32_t count) {
    std::vector<HashRange> ranges(count);
    if (count <= 1) return ranges;
    // 2^128 does not fit: floor(2^128 / count) from 2^128 - 1.
    HashKey width = hash_key_max / count;
    if (hash_key_max % count == count - 1) ++width;
    for (std::uint32_t i = 0; i < count; ++i) {
        ranges[i].first = width * i;
        ranges[i].last = i + 1 < count ? width * (i + 1) - 1 : hash_key_max;
    }
    return ranges;
}

}  // namespace kinesis
