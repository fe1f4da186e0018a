// Where in a segment what is: its blocks (runs of frames of about 64 KiB, or one larger frame) with
// their first record, times and lanes, and a summary of the whole. In memory while the segment is
// written; beside the segment, checksummed, once it is sealed. Pure.
//
// The file of a sealed segment's index is also what says where the segment ends: bytes behind that
// do not count, whatever they are. Writing it is sealing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "segment_log/format.h"
#include "segment_log/frame.h"

namespace segment_log {

inline constexpr std::size_t block_bytes_target = 64 * 1024;
inline constexpr std::size_t summary_bytes = 96;  // of the index file, at its beginning
inline constexpr std::size_t index_file_bytes_max = 256 * 1024 * 1024;

struct Block {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lanes = 0;
    base::Timestamp oldest;
    base::Timestamp newest;
    std::uint32_t first_ordinal = 0;
    std::uint32_t records = 0;

    std::uint64_t end_ordinal() const { return std::uint64_t{first_ordinal} + records; }
    bool operator==(const Block&) const = default;
};

struct Summary {
    std::uint64_t segment = 0;
    std::uint64_t bytes = segment_header_bytes;  // where the segment ends
    std::uint64_t records = 0;                   // ordinals 0..records-1
    std::uint64_t lanes = 0;
    base::Timestamp oldest;
    base::Timestamp newest;
    std::uint64_t blocks = 0;

    bool operator==(const Summary&) const = default;
};

struct Index {
    Summary summary;
    std::vector<Block> blocks;

    // The next frame of the segment, which lies at summary.bytes.
    void add(const Frame& frame);
    // The block that holds `ordinal`, or the first after it; blocks.size() when there is none.
    std::size_t find(std::uint64_t ordinal) const;
};

std::string encode_index(const Index& index);
// `bytes` at least summary_bytes: the beginning of an index file. errors corrupt, unsupported
base::Result<Summary> decode_summary(std::string_view bytes, std::uint64_t segment);
// A whole index file. errors corrupt, unsupported
base::Result<Index> decode_index(std::string_view bytes, std::uint64_t segment);

}  // namespace segment_log
