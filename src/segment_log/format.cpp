#include "segment_log/format.h"

#include <cstring>

#include "base/bytes.h"
#include "base/check.h"
#include "segment_log/crc32c.h"

namespace segment_log {

namespace {

using base::Error;
using base::ErrorKind;
using base::load_fixed;
using base::store_fixed;

constexpr std::string_view segment_magic = "DSSEGMNT";
constexpr std::uint32_t format_version = 1;
constexpr std::uint32_t frame_magic = 0x31524644;  // "DFR1"

// Offsets in a segment header.
constexpr std::size_t version_at = 8;
constexpr std::size_t features_at = 12;  // bits a reader must know; none yet
constexpr std::size_t segment_at = 16;
constexpr std::size_t opening_at = 24;
constexpr std::size_t created_at = 32;
constexpr std::size_t key_id_length_at = 40;
constexpr std::size_t key_id_at = 48;
constexpr std::size_t wrapped_key_at = key_id_at + key_id_bytes_max;
constexpr std::size_t header_crc_at = segment_header_bytes - sizeof(std::uint32_t);
static_assert(wrapped_key_at + wrapped_key_bytes <= header_crc_at);

// Offsets in a frame header.
constexpr std::size_t frame_crc_at = 4;
constexpr std::size_t frame_sealed_crc_at = 52;

void store_frame_header(const FrameHeader& header, char* out) {
    store_fixed(out, frame_magic);
    store_fixed(out + frame_crc_at, std::uint32_t{0});
    store_fixed(out + 8, header.segment);
    store_fixed(out + 16, header.opening);
    store_fixed(out + 24, header.number);
    store_fixed(out + 32, header.synced_bytes);
    store_fixed(out + 40, header.first_ordinal);
    store_fixed(out + 44, header.records);
    store_fixed(out + 48, header.sealed_bytes);
    store_fixed(out + frame_sealed_crc_at, std::uint32_t{0});
    store_fixed(out + 56, header.offset);
}

std::uint32_t frame_header_crc(const char* bytes) {
    return crc32c({bytes + 8, frame_header_bytes - 8});
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header, const MasterKey& master_key,
                                  base::Random& random) {
    CHECK(master_key.id.size() <= key_id_bytes_max);
    std::string bytes(segment_header_bytes, '\0');
    std::memcpy(bytes.data(), segment_magic.data(), segment_magic.size());
    store_fixed(bytes.data() + version_at, format_version);
    store_fixed(bytes.data() + features_at, std::uint32_t{0});
    store_fixed(bytes.data() + segment_at, header.segment);
    store_fixed(bytes.data() + opening_at, header.opening);
    store_fixed(bytes.data() + created_at, static_cast<std::uint64_t>(header.created.ms));
    store_fixed(bytes.data() + key_id_length_at, static_cast<std::uint64_t>(master_key.id.size()));
    std::memcpy(bytes.data() + key_id_at, master_key.id.data(), master_key.id.size());
    const std::string wrapped =
        wrap_key(header.key, master_key, {bytes.data(), wrapped_key_at}, random);
    std::memcpy(bytes.data() + wrapped_key_at, wrapped.data(), wrapped.size());
    store_fixed(bytes.data() + header_crc_at, crc32c({bytes.data(), header_crc_at}));
    return bytes;
}

base::Result<SegmentHeader> decode_segment_header(std::string_view bytes, std::uint64_t segment,
                                                  const MasterKey& master_key) {
    const auto bad = [](const char* what) { return Error{ErrorKind::corrupt, what, ""}; };
    if (bytes.size() < segment_header_bytes) return bad("the segment header is cut off");
    if (!bytes.starts_with(segment_magic)) return bad("this is no segment");
    if (load_fixed<std::uint32_t>(bytes.data() + header_crc_at) !=
        crc32c(bytes.substr(0, header_crc_at))) {
        return bad("the checksum of the segment header differs");
    }
    if (load_fixed<std::uint32_t>(bytes.data() + version_at) != format_version ||
        load_fixed<std::uint32_t>(bytes.data() + features_at) != 0) {
        return Error{ErrorKind::unsupported, "the segment was written by a later version", ""};
    }
    SegmentHeader header;
    header.segment = load_fixed<std::uint64_t>(bytes.data() + segment_at);
    header.opening = load_fixed<std::uint64_t>(bytes.data() + opening_at);
    header.created.ms =
        static_cast<std::int64_t>(load_fixed<std::uint64_t>(bytes.data() + created_at));
    if (header.segment != segment) return bad("the segment has another number than its file");
    const auto length = load_fixed<std::uint64_t>(bytes.data() + key_id_length_at);
    if (length > key_id_bytes_max) return bad("the key id in the segment header is too long");
    const std::string_view key_id = bytes.substr(key_id_at, length);
    if (key_id != master_key.id) {
        return Error{ErrorKind::invalid, "the segment is sealed under another master key",
                     std::string(key_id)};
    }
    auto key = unwrap_key(bytes.substr(wrapped_key_at, wrapped_key_bytes), master_key,
                          bytes.substr(0, wrapped_key_at));
    if (!key) {
        // The checksum fits, so the bytes are what was written: it is the key that is not.
        return Error{ErrorKind::invalid, "the master key does not open the segment",
                     std::string(key_id)};
    }
    header.key = key.value();
    return header;
}

void encode_frame_header(const FrameHeader& header, char* out) {
    store_frame_header(header, out);
    store_fixed(out + frame_sealed_crc_at, header.sealed_crc);
    store_fixed(out + frame_crc_at, frame_header_crc(out));
}

std::string frame_associated(const FrameHeader& header) {
    std::string bytes(frame_header_bytes, '\0');
    store_frame_header(header, bytes.data());
    return bytes;
}

bool looks_like_frame(std::string_view bytes) {
    return bytes.size() >= frame_header_bytes &&
           load_fixed<std::uint32_t>(bytes.data()) == frame_magic;
}

std::optional<FrameHeader> decode_frame_header(std::string_view bytes, const SegmentHeader& segment,
                                               std::uint64_t offset, const Checks& checks) {
    if (!looks_like_frame(bytes)) return std::nullopt;
    const char* from = bytes.data();
    if (checks.checksums &&
        load_fixed<std::uint32_t>(from + frame_crc_at) != frame_header_crc(from)) {
        return std::nullopt;
    }
    FrameHeader header;
    header.segment = load_fixed<std::uint64_t>(from + 8);
    header.opening = load_fixed<std::uint64_t>(from + 16);
    header.number = load_fixed<std::uint64_t>(from + 24);
    header.synced_bytes = load_fixed<std::uint64_t>(from + 32);
    header.first_ordinal = load_fixed<std::uint32_t>(from + 40);
    header.records = load_fixed<std::uint32_t>(from + 44);
    header.sealed_bytes = load_fixed<std::uint32_t>(from + 48);
    header.sealed_crc = load_fixed<std::uint32_t>(from + frame_sealed_crc_at);
    header.offset = load_fixed<std::uint64_t>(from + 56);
    const bool fits = header.segment == segment.segment && header.opening == segment.opening &&
                      header.offset == offset && header.synced_bytes <= offset &&
                      header.records >= 1 && header.records <= append_records_max &&
                      header.sealed_bytes <= frame_bytes_max - frame_header_bytes &&
                      header.sealed_bytes >= header.records * sizeof(RecordHead) + tag_bytes &&
                      header.first_ordinal <= ordinal_max - header.records;
    if (!fits) return std::nullopt;
    return header;
}

}  // namespace segment_log
