#include "segment_log/segment_file.h"

#include <charconv>
#include <cstring>

#include "base/bytes.h"
#include "segment_log/crc32c.h"

namespace segment_log {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view segment_suffix = ".segment";
constexpr std::string_view index_suffix = ".index";
constexpr std::string_view temporary_suffix = ".tmp";
constexpr std::string_view floor_name = "floor";
constexpr std::string_view floor_magic = "DSSFLOOR";
constexpr std::size_t floor_bytes = 20;  // magic, number, crc
constexpr std::size_t id_digits = 8;
constexpr std::size_t window_bytes = 1024 * 1024;

std::string file_path(const std::string& directory, std::uint64_t id, std::string_view suffix) {
    char digits[id_digits + 1];
    std::snprintf(digits, sizeof(digits), "%08x", static_cast<unsigned>(id));
    return directory + "/" + digits + std::string(suffix);
}

// The number in "0000002a.segment"; 0 when the name is not of that form.
std::uint64_t parse_name(std::string_view name, std::string_view suffix) {
    if (name.size() != id_digits + suffix.size() || !name.ends_with(suffix)) return 0;
    std::uint64_t id = 0;
    const char* end = name.data() + id_digits;
    const auto parsed = std::from_chars(name.data(), end, id, 16);
    return parsed.ec == std::errc() && parsed.ptr == end ? id : 0;
}

base::Result<std::uint64_t> read_floor(base::FileSystem& files, const std::string& directory) {
    const std::string path = floor_path(directory);
    TRY(bytes, base::read_file(files, path, floor_bytes));
    if (bytes.size() != floor_bytes || !bytes.starts_with(floor_magic) ||
        base::load_fixed<std::uint32_t>(&bytes[16]) != crc32c({bytes.data(), 16})) {
        return Error{ErrorKind::corrupt, "the file of the highest segment number is damaged", path};
    }
    return base::load_fixed<std::uint64_t>(&bytes[8]);
}

// A file read through a window, front to back.
class Window {
  public:
    Window(const base::File& file, std::uint64_t file_bytes)
        : file_(file), file_bytes_(file_bytes) {}

    std::uint64_t file_bytes() const { return file_bytes_; }

    // `bytes` at `offset`, fewer at the end of the file; valid until the next call.
    base::Result<std::string_view> view(std::uint64_t offset, std::size_t bytes) {
        if (offset >= file_bytes_) return std::string_view();
        bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, file_bytes_ - offset));
        if (offset < start_ || offset + bytes > start_ + held_.size()) {
            const auto wanted = static_cast<std::size_t>(
                std::min<std::uint64_t>(std::max(bytes, window_bytes), file_bytes_ - offset));
            held_.resize(wanted);
            TRY(count, file_.read_at(offset, held_));
            held_.resize(count);
            start_ = offset;
            bytes = std::min(bytes, count);
        }
        return std::string_view(held_).substr(static_cast<std::size_t>(offset - start_), bytes);
    }

  private:
    const base::File& file_;
    std::uint64_t file_bytes_;
    std::uint64_t start_ = 0;
    std::string held_;
};

// The frame at `offset`, or nothing when there is no whole one.
base::Result<std::optional<Frame>> read_frame(Window& window, const SegmentFile& segment,
                                              std::uint64_t offset, std::uint64_t ordinal,
                                              Cipher& cipher, const Checks& checks) {
    TRY(head, window.view(offset, frame_header_bytes));
    const auto header = decode_frame_header(head, segment.header, offset, checks);
    if (!header || header->first_ordinal != ordinal) return std::optional<Frame>();
    TRY(bytes, window.view(offset, frame_header_bytes + header->sealed_bytes));
    if (bytes.size() < frame_header_bytes + header->sealed_bytes) return std::optional<Frame>();
    return open_frame(*header, bytes, cipher, checks);
}

// The first index from `at` on whose byte is not zero; reserved space is megabytes of them.
std::size_t skip_zeros(std::string_view bytes, std::size_t at) {
    while (at + sizeof(std::uint64_t) <= bytes.size() &&
           base::load_fixed<std::uint64_t>(bytes.data() + at) == 0) {
        at += sizeof(std::uint64_t);
    }
    while (at < bytes.size() && bytes[at] == 0)
        ++at;
    return at;
}

// What lies behind the last whole frame.
struct Tail {
    bool zero = true;
    // A frame there was written when bytes after `from` were already durable.
    bool proves_damage = false;
};

base::Result<Tail> look_at_tail(Window& window, const SegmentFile& segment, std::uint64_t from) {
    Tail tail;
    std::uint64_t offset = from;
    while (offset < window.file_bytes()) {
        TRY(bytes, window.view(offset, window_bytes));
        if (bytes.empty()) break;
        for (std::size_t i = skip_zeros(bytes, 0); i < bytes.size(); i = skip_zeros(bytes, i + 1)) {
            tail.zero = false;
            if (!looks_like_frame(bytes.substr(i))) continue;
            const auto header =
                decode_frame_header(bytes.substr(i), segment.header, offset + i, Checks{});
            if (header && header->synced_bytes > from) {
                tail.proves_damage = true;
                return tail;
            }
        }
        // The next window overlaps, so that a header across the border is seen.
        const bool last = offset + bytes.size() >= window.file_bytes();
        offset += last ? bytes.size() : bytes.size() - frame_header_bytes + 1;
    }
    return tail;
}

}  // namespace

std::string segment_path(const std::string& directory, std::uint64_t id) {
    return file_path(directory, id, segment_suffix);
}

std::string index_path(const std::string& directory, std::uint64_t id) {
    return file_path(directory, id, index_suffix);
}

std::string floor_path(const std::string& directory) {
    return directory + "/" + std::string(floor_name);
}

base::Result<Listing> list_log(base::FileSystem& files, const std::string& directory) {
    Listing listing;
    const auto names = files.list(directory);
    if (!names) {
        if (names.error().kind != ErrorKind::not_found) return names.error();
        listing.absent = true;
        return listing;
    }
    for (const std::string& name : names.value()) {
        if (const auto id = parse_name(name, segment_suffix); id != 0) {
            listing.segments[id].segment = true;
        } else if (const auto index_id = parse_name(name, index_suffix); index_id != 0) {
            listing.segments[index_id].index = true;
        } else if (name == floor_name) {
            TRY(floor, read_floor(files, directory));
            listing.floor = floor;
        } else if (std::string_view(name).ends_with(temporary_suffix)) {
            listing.temporaries.push_back(directory + "/" + name);
        }
    }
    return listing;
}

base::Result<void> write_floor(base::FileSystem& files, const std::string& directory,
                               std::uint64_t id) {
    std::string bytes(floor_magic);
    base::append_fixed(bytes, id);
    base::append_fixed(bytes, crc32c(bytes));
    return base::replace_file(files, floor_path(directory), bytes);
}

base::Result<std::shared_ptr<const SegmentFile>> SegmentFile::open(base::FileSystem& files,
                                                                   const std::string& directory,
                                                                   std::uint64_t id,
                                                                   const MasterKey& master_key) {
    auto segment = std::make_shared<SegmentFile>();
    segment->id = id;
    segment->path = segment_path(directory, id);
    TRY(file, files.open(segment->path, base::OpenMode::read));
    segment->file = std::move(file);
    std::string bytes(segment_header_bytes, '\0');
    TRY(count, segment->file->read_at(0, bytes));
    auto header = decode_segment_header({bytes.data(), count}, id, master_key);
    if (!header) {
        Error error = header.error();
        error.context = segment->path + (error.context.empty() ? "" : ", key " + error.context);
        return error;
    }
    segment->header = header.value();
    return std::shared_ptr<const SegmentFile>(std::move(segment));
}

base::Result<std::vector<FramePointer>> SegmentFile::read_block(
    const Block& block, const Checks& checks, std::optional<std::uint64_t> wanted) const {
    const auto damaged = [&](std::uint64_t at) {
        return Error{ErrorKind::corrupt, "a frame is damaged", path + " at " + std::to_string(at)};
    };
    const auto buffer = std::make_unique_for_overwrite<char[]>(block.bytes);
    TRY(count, file->read_at(block.offset, {buffer.get(), block.bytes}));
    const std::string_view bytes(buffer.get(), count);
    if (count < block.bytes) return damaged(block.offset + count);
    Cipher cipher(header.key.bytes());
    std::vector<FramePointer> frames;
    std::uint64_t ordinal = block.first_ordinal;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::uint64_t offset = block.offset + at;
        const auto frame_header = decode_frame_header(bytes.substr(at), header, offset, checks);
        if (!frame_header || frame_header->first_ordinal != ordinal) return damaged(offset);
        const std::string_view rest = bytes.substr(at);
        at += frame_header_bytes + frame_header->sealed_bytes;
        ordinal += frame_header->records;
        if (wanted && ordinal <= *wanted) continue;
        auto frame = open_frame(*frame_header, rest, cipher, checks);
        if (!frame) return damaged(offset);
        frames.push_back(std::make_shared<const Frame>(std::move(*frame)));
        if (wanted) return frames;
    }
    if (ordinal != block.end_ordinal()) return damaged(block.offset);
    return frames;
}

base::Result<Scan> scan_segment(const SegmentFile& segment, const Checks& checks) {
    TRY(file_bytes, segment.file->size());
    Window window(*segment.file, file_bytes);
    Cipher cipher(segment.header.key.bytes());
    Scan scan;
    Index& index = scan.index;
    index.summary.segment = segment.id;
    while (true) {
        TRY(frame, read_frame(window, segment, index.summary.bytes, index.summary.records, cipher,
                              checks));
        if (!frame) break;
        index.add(*frame);
    }
    TRY(tail, look_at_tail(window, segment, index.summary.bytes));
    if (tail.proves_damage) {
        return Error{ErrorKind::corrupt, "a frame that was durable is damaged",
                     segment.path + " at " + std::to_string(index.summary.bytes)};
    }
    scan.torn = !tail.zero;
    return scan;
}

base::Result<bool> has_no_frames(const base::File& file) {
    TRY(file_bytes, file.size());
    Window window(file, file_bytes);
    for (std::uint64_t offset = segment_header_bytes; offset < file_bytes; offset += window_bytes) {
        TRY(bytes, window.view(offset, window_bytes));
        if (skip_zeros(bytes, 0) < bytes.size()) return false;
    }
    return true;
}

base::Result<void> write_index(base::FileSystem& files, const std::string& directory,
                               const Index& index) {
    return base::replace_file(files, index_path(directory, index.summary.segment),
                              encode_index(index));
}

base::Result<Index> read_index(base::FileSystem& files, const std::string& directory,
                               std::uint64_t id) {
    const std::string path = index_path(directory, id);
    TRY(bytes, base::read_file(files, path, index_file_bytes_max));
    auto index = decode_index(bytes, id);
    if (!index) return Error{index.error().kind, index.error().message, path};
    return index;
}

base::Result<Summary> read_summary(base::FileSystem& files, const std::string& directory,
                                   std::uint64_t id) {
    const std::string path = index_path(directory, id);
    TRY(file, files.open(path, base::OpenMode::read));
    std::string bytes(summary_bytes, '\0');
    TRY(count, file->read_at(0, bytes));
    auto summary = decode_summary({bytes.data(), count}, id);
    if (!summary) return Error{summary.error().kind, summary.error().message, path};
    return summary;
}

}  // namespace segment_log
