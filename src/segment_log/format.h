// The bytes of a segment file: its header and the headers of its frames. Pure. The page that
// explains them is docs/formats/segment.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "segment_log/cipher.h"
#include "segment_log/segment_log.h"

namespace segment_log {

inline constexpr std::size_t segment_header_bytes = 256;
inline constexpr std::size_t frame_header_bytes = 64;
inline constexpr std::size_t key_id_bytes_max = 64;
inline constexpr std::size_t frame_bytes_max =
    frame_header_bytes + append_records_max * sizeof(RecordHead) + append_bytes_max + tag_bytes;
static_assert(sizeof(RecordHead) == 16, "heads are stored as they are in memory");

// A position is the segment's number and the record's ordinal in it. A segment is opened for
// writing once, under a number that no segment of the log ever had, so the number is the epoch.
inline constexpr unsigned ordinal_bits = 32;
inline constexpr std::uint64_t ordinal_max = (1ULL << ordinal_bits) - 1;
inline constexpr std::uint64_t segment_id_max = (1ULL << 32) - 1;

inline Position make_position(std::uint64_t segment, std::uint64_t ordinal) {
    return segment << ordinal_bits | ordinal;
}
inline std::uint64_t segment_of(Position position) {
    return position >> ordinal_bits;
}
inline std::uint64_t ordinal_of(Position position) {
    return position & ordinal_max;
}

// What tests may switch off, to prove that it is needed.
struct Checks {
    bool checksums = true;  // CRCs and authentication tags
};

struct SegmentHeader {
    std::uint64_t segment = 0;
    std::uint64_t opening = 0;  // random: frames of another opening never fit
    base::Timestamp created;
    DataKey key;
};

// segment_header_bytes long.
std::string encode_segment_header(const SegmentHeader& header, const MasterKey& master_key,
                                  base::Random& random);
// errors  corrupt (no segment, damaged, another number), unsupported (a later format), invalid
//         (sealed under another master key)
base::Result<SegmentHeader> decode_segment_header(std::string_view bytes, std::uint64_t segment,
                                                  const MasterKey& master_key);

struct FrameHeader {
    std::uint64_t segment = 0;
    std::uint64_t opening = 0;
    std::uint64_t number = 0;        // of the frame under its data key
    std::uint64_t offset = 0;        // where in the file the frame begins
    std::uint64_t synced_bytes = 0;  // all before this was durable when the frame was written
    std::uint32_t first_ordinal = 0;
    std::uint32_t records = 0;
    std::uint32_t sealed_bytes = 0;  // heads, payloads and tag
    std::uint32_t sealed_crc = 0;

    std::uint64_t end() const { return offset + frame_header_bytes + sealed_bytes; }
    std::size_t payload_bytes() const {
        return sealed_bytes - tag_bytes - records * sizeof(RecordHead);
    }
};

// Writes frame_header_bytes to `out`.
void encode_frame_header(const FrameHeader& header, char* out);
// What the tag of a frame covers beside its contents: the header without its checksums.
std::string frame_associated(const FrameHeader& header);
// `bytes` at least frame_header_bytes. Nothing when it is no frame header of this opening at this
// offset with plausible sizes.
std::optional<FrameHeader> decode_frame_header(std::string_view bytes, const SegmentHeader& segment,
                                               std::uint64_t offset, const Checks& checks);
// True when `bytes` begin like a frame header, whatever the rest is.
bool looks_like_frame(std::string_view bytes);

}  // namespace segment_log
