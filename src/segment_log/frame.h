// A frame: one appended batch, sealed. It is whole or it is nothing, which makes a batch atomic.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "segment_log/cipher.h"
#include "segment_log/format.h"
#include "segment_log/segment_log.h"

namespace segment_log {

// In memory, in the clear; immutable once it has a position.
struct Frame {
    Position first = 0;
    std::vector<RecordHead> heads;
    std::shared_ptr<const std::string> payloads;  // shared with the batches that readers hold
    std::uint64_t lanes = 0;                      // see lane_bit
    base::Timestamp oldest;
    base::Timestamp newest;

    Position end() const { return first + heads.size(); }
    std::size_t sealed_bytes() const {
        return heads.size() * sizeof(RecordHead) + payloads->size() + tag_bytes;
    }
    std::size_t file_bytes() const { return frame_header_bytes + sealed_bytes(); }
    std::size_t memory_bytes() const { return file_bytes() + 128; }
};
using FramePointer = std::shared_ptr<const Frame>;

// A set of lanes in 64 bits: exact below 64 lanes, beyond it may name some that are not there.
inline std::uint64_t lane_bit(Lane lane) {
    return 1ULL << (lane % 64);
}

// Fills lanes, oldest and newest from the heads; at least one head.
void summarize(Frame& frame);

// The heads' lengths add up to the payloads.
bool lengths_fit(const std::vector<RecordHead>& heads, std::size_t payload_bytes);

// Writes frame.file_bytes() to `out`. Of `header` the sizes, counts and checksums are filled here.
void seal_frame(const Frame& frame, FrameHeader header, Cipher& cipher, char* out);

// `bytes` begins with the frame's header and holds all of it. Nothing when the checksum or the tag
// differs or the contents make no sense.
std::optional<Frame> open_frame(const FrameHeader& header, std::string_view bytes, Cipher& cipher,
                                const Checks& checks);

}  // namespace segment_log
