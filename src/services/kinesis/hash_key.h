// The 128-bit space in which Kinesis routes: a partition key's MD5, or an explicit number, falls
// into exactly one open shard's range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kinesis {

__extension__ typedef unsigned __int128 HashKey;

inline constexpr HashKey hash_key_max = ~HashKey{0};

// The MD5 of a partition key's UTF-8 bytes as a big-endian number. Source: PutRecord, API
// reference.
HashKey hash_partition_key(std::string_view partition_key);

// Decimal without sign or leading zeros, at most 39 digits. Absent when it is not that, or >=
// 2^128.
std::optional<HashKey> parse_hash_key(std::string_view decimal);
std::string format_hash_key(HashKey key);

struct HashRange {
    HashKey first = 0;
    HashKey last = hash_key_max;  // inclusive
    bool operator==(const HashRange&) const = default;
};

// The whole space in `count` (1..shards_max) equal ranges as AWS cuts it: each floor(2^128 / count)
// wide, the last one takes the rest.
std::vector<HashRange> split_evenly(std::uint32_t count);

}  // namespace kinesis
