// Shapes that several Kinesis operations share. Source: the service model 2013-12-02.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/operation.h"

namespace kinesis {

inline constexpr const char* name_pattern = "[a-zA-Z0-9_.-]+";
inline constexpr const char* stream_arn_pattern = R"(arn:aws.*:kinesis:.*:\d{12}:stream/\S+)";
inline constexpr const char* resource_arn_pattern = R"(arn:aws.*:kinesis:.*:\d{12}:.*stream/\S+)";
inline constexpr const char* hash_key_pattern = R"(0|([1-9]\d{0,38}))";
inline constexpr const char* sequence_number_pattern = R"(0|([1-9]\d{0,128}))";

// Base of inputs that name a stream, by name or arn (StreamId is reserved by AWS and not taken).
struct StreamTarget {
    std::optional<std::string> stream_name;
    std::optional<std::string> stream_arn;
    static constexpr auto target_members() {
        return std::tuple{aws::member("StreamName", &StreamTarget::stream_name,
                                      {.min = 1, .max = 128, .pattern = name_pattern}),
                          aws::member("StreamARN", &StreamTarget::stream_arn,
                                      {.min = 1, .max = 2048, .pattern = stream_arn_pattern})};
    }
};

// target_members() and the operation's own.
template <class... Specs>
constexpr auto with_target(Specs... specs) {
    return std::tuple_cat(StreamTarget::target_members(), std::tuple{specs...});
}

struct StreamModeDetails {
    std::string stream_mode;
    static constexpr auto members() {
        return std::tuple{aws::member("StreamMode", &StreamModeDetails::stream_mode,
                                      {.required = true, .values = "PROVISIONED, ON_DEMAND"})};
    }
};

struct HashKeyRangeShape {
    std::string starting_hash_key;
    std::string ending_hash_key;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StartingHashKey", &HashKeyRangeShape::starting_hash_key,
                        {.required = true}),
            aws::member("EndingHashKey", &HashKeyRangeShape::ending_hash_key, {.required = true})};
    }
};

struct SequenceNumberRange {
    std::string starting_sequence_number;
    std::optional<std::string> ending_sequence_number;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StartingSequenceNumber", &SequenceNumberRange::starting_sequence_number,
                        {.required = true}),
            aws::member("EndingSequenceNumber", &SequenceNumberRange::ending_sequence_number)};
    }
};

struct Shard {
    std::string shard_id;
    HashKeyRangeShape hash_key_range;
    SequenceNumberRange sequence_number_range;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ShardId", &Shard::shard_id, {.required = true}),
            aws::member("HashKeyRange", &Shard::hash_key_range, {.required = true}),
            aws::member("SequenceNumberRange", &Shard::sequence_number_range, {.required = true})};
    }
};

struct Tag {
    std::string key;
    std::optional<std::string> value;
    static constexpr auto members() {
        return std::tuple{aws::member("Key", &Tag::key, {.required = true, .min = 1, .max = 128}),
                          aws::member("Value", &Tag::value, {.min = 0, .max = 256})};
    }
};

// Always one empty entry: no shard-level metrics are kept.
struct EnhancedMetrics {
    std::vector<std::string> shard_level_metrics;
    static constexpr auto members() {
        return std::tuple{aws::member("ShardLevelMetrics", &EnhancedMetrics::shard_level_metrics)};
    }
};

}  // namespace kinesis
