#include "segment_log/index.h"

#include <algorithm>

#include "base/bytes.h"
#include "segment_log/crc32c.h"

namespace segment_log {

namespace {

using base::append_fixed;
using base::Error;
using base::ErrorKind;
using base::load_fixed;

constexpr std::string_view index_magic = "DSSINDEX";
constexpr std::uint32_t index_version = 1;
constexpr std::size_t block_entry_bytes = 48;
constexpr std::size_t summary_crc_at = summary_bytes - sizeof(std::uint32_t);

Error bad(const char* what) {
    return {ErrorKind::corrupt, what, ""};
}

void append_time(std::string& out, base::Timestamp time) {
    append_fixed(out, static_cast<std::uint64_t>(time.ms));
}

base::Timestamp load_time(const char* from) {
    return {static_cast<std::int64_t>(load_fixed<std::uint64_t>(from))};
}

// Each block begins where the one before ended, and all together are the summary.
bool consistent(const Index& index) {
    Index total;
    std::uint64_t offset = segment_header_bytes;
    std::uint64_t ordinal = 0;
    std::uint64_t lanes = 0;
    for (const Block& block : index.blocks) {
        if (block.offset != offset || block.first_ordinal != ordinal || block.records == 0 ||
            block.bytes < frame_header_bytes ||
            block.bytes > std::max<std::uint64_t>(block_bytes_target, frame_bytes_max)) {
            return false;
        }
        offset += block.bytes;
        ordinal += block.records;
        lanes |= block.lanes;
    }
    return offset == index.summary.bytes && ordinal == index.summary.records &&
           lanes == index.summary.lanes;
}

}  // namespace

void Index::add(const Frame& frame) {
    const std::uint64_t bytes = frame.file_bytes();
    const auto records = static_cast<std::uint32_t>(frame.heads.size());
    if (summary.records == 0) {
        summary.oldest = frame.oldest;
        summary.newest = frame.newest;
    }
    if (blocks.empty() || blocks.back().bytes + bytes > block_bytes_target) {
        blocks.push_back({.offset = summary.bytes,
                          .bytes = 0,
                          .lanes = 0,
                          .oldest = frame.oldest,
                          .newest = frame.newest,
                          .first_ordinal = static_cast<std::uint32_t>(summary.records),
                          .records = 0});
    }
    Block& block = blocks.back();
    block.bytes += bytes;
    block.records += records;
    block.lanes |= frame.lanes;
    block.oldest = std::min(block.oldest, frame.oldest);
    block.newest = std::max(block.newest, frame.newest);
    summary.bytes += bytes;
    summary.records += records;
    summary.lanes |= frame.lanes;
    summary.oldest = std::min(summary.oldest, frame.oldest);
    summary.newest = std::max(summary.newest, frame.newest);
    summary.blocks = blocks.size();
}

std::size_t Index::find(std::uint64_t ordinal) const {
    const auto found = std::partition_point(
        blocks.begin(), blocks.end(),
        [ordinal](const Block& block) { return block.end_ordinal() <= ordinal; });
    return static_cast<std::size_t>(found - blocks.begin());
}

std::string encode_index(const Index& index) {
    const Summary& summary = index.summary;
    std::string out(index_magic);
    out.reserve(summary_bytes + index.blocks.size() * block_entry_bytes + sizeof(std::uint32_t));
    append_fixed(out, index_version);
    append_fixed(out, std::uint32_t{0});  // features
    append_fixed(out, summary.segment);
    append_fixed(out, summary.bytes);
    append_fixed(out, summary.records);
    append_fixed(out, summary.lanes);
    append_time(out, summary.oldest);
    append_time(out, summary.newest);
    append_fixed(out, static_cast<std::uint64_t>(index.blocks.size()));
    out.resize(summary_crc_at, '\0');
    append_fixed(out, crc32c(out));
    for (const Block& block : index.blocks) {
        append_fixed(out, block.offset);
        append_fixed(out, block.bytes);
        append_fixed(out, block.lanes);
        append_time(out, block.oldest);
        append_time(out, block.newest);
        append_fixed(out, block.first_ordinal);
        append_fixed(out, block.records);
    }
    append_fixed(out, crc32c(out));
    return out;
}

base::Result<Summary> decode_summary(std::string_view bytes, std::uint64_t segment) {
    if (bytes.size() < summary_bytes) return bad("the segment index is cut off");
    if (!bytes.starts_with(index_magic)) return bad("this is no segment index");
    if (load_fixed<std::uint32_t>(bytes.data() + summary_crc_at) !=
        crc32c(bytes.substr(0, summary_crc_at))) {
        return bad("the checksum of the segment index differs");
    }
    if (load_fixed<std::uint32_t>(bytes.data() + 8) != index_version ||
        load_fixed<std::uint32_t>(bytes.data() + 12) != 0) {
        return Error{ErrorKind::unsupported, "the index was written by a later version", ""};
    }
    Summary summary;
    summary.segment = load_fixed<std::uint64_t>(bytes.data() + 16);
    summary.bytes = load_fixed<std::uint64_t>(bytes.data() + 24);
    summary.records = load_fixed<std::uint64_t>(bytes.data() + 32);
    summary.lanes = load_fixed<std::uint64_t>(bytes.data() + 40);
    summary.oldest = load_time(bytes.data() + 48);
    summary.newest = load_time(bytes.data() + 56);
    summary.blocks = load_fixed<std::uint64_t>(bytes.data() + 64);
    if (summary.segment != segment) return bad("the index is of another segment");
    if (summary.records > ordinal_max || summary.blocks > summary.records ||
        (summary.records > 0) != (summary.blocks > 0)) {
        return bad("the counts in the segment index make no sense");
    }
    return summary;
}

base::Result<Index> decode_index(std::string_view bytes, std::uint64_t segment) {
    TRY(summary, decode_summary(bytes, segment));
    const std::uint64_t entries = (index_file_bytes_max - summary_bytes) / block_entry_bytes;
    if (summary.blocks > entries || bytes.size() != summary_bytes +
                                                        summary.blocks * block_entry_bytes +
                                                        sizeof(std::uint32_t)) {
        return bad("the segment index has another size");
    }
    const std::size_t crc_at = bytes.size() - sizeof(std::uint32_t);
    if (load_fixed<std::uint32_t>(bytes.data() + crc_at) != crc32c(bytes.substr(0, crc_at))) {
        return bad("the checksum of the segment index differs");
    }
    Index index;
    index.summary = summary;
    index.blocks.reserve(summary.blocks);
    for (const char* at = bytes.data() + summary_bytes; at < bytes.data() + crc_at;
         at += block_entry_bytes) {
        index.blocks.push_back({.offset = load_fixed<std::uint64_t>(at),
                                .bytes = load_fixed<std::uint64_t>(at + 8),
                                .lanes = load_fixed<std::uint64_t>(at + 16),
                                .oldest = load_time(at + 24),
                                .newest = load_time(at + 32),
                                .first_ordinal = load_fixed<std::uint32_t>(at + 40),
                                .records = load_fixed<std::uint32_t>(at + 44)});
    }
    if (!consistent(index)) return bad("the blocks of the segment index do not fit together");
    return index;
}

}  // namespace segment_log
