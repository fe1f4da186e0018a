// Streams and shards as clients see them.
#pragma once

#include "services/kinesis/shapes.h"
#include "services/kinesis/stream.h"

namespace kinesis {

inline Shard describe_shard(const Stream& stream, const StreamState& state,
                            segment_log::Lane shard) {
    const ShardRow& row = state.row.shards[shard];
    return {state.shard_ids[shard],
            {row.first_hash_key, row.last_hash_key},
            {stream.sequence_numbers().format({shard, 0}), std::nullopt}};
}

inline StreamModeDetails describe_mode(const StreamState& state) {
    return {state.row.on_demand ? "ON_DEMAND" : "PROVISIONED"};
}

inline const char* describe_encryption(const StreamState& state) {
    return state.row.encryption_key_id.empty() ? "NONE" : "KMS";
}

inline std::optional<std::string> describe_key_id(const StreamState& state) {
    if (state.row.encryption_key_id.empty()) return std::nullopt;
    return state.row.encryption_key_id;
}

// `count` equal shards from the first on.
inline std::vector<ShardRow> make_shards(std::int64_t count, base::Timestamp now) {
    std::vector<ShardRow> shards;
    for (const auto& range : split_evenly(static_cast<std::uint32_t>(count))) {
        shards.push_back({format_hash_key(range.first), format_hash_key(range.last), now});
    }
    return shards;
}

}  // namespace kinesis
