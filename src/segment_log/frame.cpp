#include "segment_log/frame.h"

#include <algorithm>
#include <limits>

#include "segment_log/crc32c.h"

namespace segment_log {

namespace {

std::span<const char> head_bytes(const std::vector<RecordHead>& heads) {
    return {reinterpret_cast<const char*>(heads.data()), heads.size() * sizeof(RecordHead)};
}

}  // namespace

void summarize(Frame& frame) {
    frame.lanes = 0;
    frame.oldest = frame.newest = frame.heads.front().time;
    for (const RecordHead& head : frame.heads) {
        frame.lanes |= lane_bit(head.lane);
        frame.oldest = std::min(frame.oldest, head.time);
        frame.newest = std::max(frame.newest, head.time);
    }
}

bool lengths_fit(const std::vector<RecordHead>& heads, std::size_t payload_bytes) {
    std::uint64_t sum = 0;
    for (const RecordHead& head : heads) {
        if (head.length > record_bytes_max) return false;
        sum += head.length;
    }
    return sum == payload_bytes;
}

void seal_frame(const Frame& frame, FrameHeader header, Cipher& cipher, char* out) {
    header.records = static_cast<std::uint32_t>(frame.heads.size());
    header.sealed_bytes = static_cast<std::uint32_t>(frame.sealed_bytes());
    const auto heads = head_bytes(frame.heads);
    const std::string_view parts[] = {{heads.data(), heads.size()}, *frame.payloads};
    char* sealed = out + frame_header_bytes;
    cipher.seal(frame_nonce(header.number), frame_associated(header), parts, sealed);
    header.sealed_crc = crc32c({sealed, header.sealed_bytes});
    encode_frame_header(header, out);
}

std::optional<Frame> open_frame(const FrameHeader& header, std::string_view bytes, Cipher& cipher,
                                const Checks& checks) {
    const std::string_view sealed = bytes.substr(frame_header_bytes, header.sealed_bytes);
    if (sealed.size() != header.sealed_bytes) return std::nullopt;
    if (checks.checksums && crc32c(sealed) != header.sealed_crc) return std::nullopt;
    Frame frame;
    frame.first = make_position(header.segment, header.first_ordinal);
    frame.heads.resize(header.records);
    auto payloads = std::make_shared<std::string>(header.payload_bytes(), '\0');
    const std::span<char> parts[] = {
        {reinterpret_cast<char*>(frame.heads.data()), frame.heads.size() * sizeof(RecordHead)},
        *payloads};
    if (!cipher.open(frame_nonce(header.number), frame_associated(header), sealed, parts,
                     checks.checksums)) {
        return std::nullopt;
    }
    if (!lengths_fit(frame.heads, payloads->size())) return std::nullopt;
    frame.payloads = std::move(payloads);
    summarize(frame);
    return frame;
}

}  // namespace segment_log
