// Sequence numbers: 56-digit decimals as AWS's, and a reversible name of (shard, log position).
//
// The number is 188 bits, laid out as AWS lays out its own, most significant first:
//
//     4 bits   2
//    36 bits   second in which the stream was created  (so that it starts with 49, until 2055)
//     4 bits   low bits of the shard number
//    64 bits   log position; contains the log's epoch, so no number is ever used twice
//    44 bits   check over all the rest and the stream's id
//    32 bits   shard number
//     4 bits   2
//
// Within a shard the position decides the order. The check tells a number of another stream, or one
// that was edited, from one we gave out; it is no secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "segment_log/segment_log.h"

namespace kinesis {

struct SequenceNumber {
    segment_log::Lane shard = 0;
    segment_log::Position position = 0;  // 0: the start of the shard
    bool operator==(const SequenceNumber&) const = default;
};

enum class SequenceVerdict {
    valid,
    malformed,     // not a number of ours at all
    other_stream,  // ours in form, but not given out by this stream
};

// Makes and reads the sequence numbers of one stream. Immutable, any thread.
class SequenceCodec {
  public:
    SequenceCodec(std::string_view stream_id, std::int64_t created_ms);

    static constexpr std::size_t digits = 56;
    // Write exactly `digits` characters to `out`.
    void format(SequenceNumber number, char* out) const;
    std::string format(SequenceNumber number) const {
        std::string text(digits, '0');
        format(number, text.data());
        return text;
    }
    // `*number` is set when valid, and its shard also for other_stream.
    SequenceVerdict parse(std::string_view text, SequenceNumber* number) const;

  private:
    std::uint64_t check(SequenceNumber number) const;

    std::uint64_t salt_ = 0;
    std::uint64_t created_s_ = 0;
};

// "shardId-000000000000"
std::string format_shard_id(segment_log::Lane shard);

}  // namespace kinesis
