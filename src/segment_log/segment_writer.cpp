#include "segment_log/segment_writer.h"

#include <algorithm>

#include "base/check.h"

namespace segment_log {

namespace {

// A larger group is rare: its buffer is not kept.
constexpr std::size_t sealed_kept_bytes_max = 4 * 1024 * 1024;

base::Result<void> make_file(const Environment& environment, const std::string& directory,
                             SegmentFile& segment, std::uint64_t reserve_bytes) {
    TRY_VOID(base::make_directories(environment.files, directory));
    TRY(file, environment.files.open(segment.path, base::OpenMode::create_new));
    segment.file = std::move(file);
    TRY_VOID(segment.file->allocate(reserve_bytes));
    TRY_VOID(segment.file->write_at(
        0, encode_segment_header(segment.header, environment.master_key, environment.random)));
    // The header is durable before any frame exists: a damaged header in front of frames can
    // then only be damage, never a torn beginning.
    TRY_VOID(segment.file->sync_data());
    return environment.files.sync_directory(directory);
}

}  // namespace

base::Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(const Environment& environment,
                                                                   const std::string& directory,
                                                                   std::uint64_t id,
                                                                   std::uint64_t reserve_bytes) {
    if (id > segment_id_max) {
        return base::Error{base::ErrorKind::limit, "the log has used up its numbers", directory};
    }
    auto segment = std::make_shared<SegmentFile>();
    segment->id = id;
    segment->path = segment_path(directory, id);
    segment->header = {.segment = id,
                       .opening = environment.random.next_u64(),
                       .created = environment.clock.now(),
                       .key = DataKey(environment.random)};
    const auto made = make_file(environment, directory, *segment, reserve_bytes);
    if (!made) {
        if (segment->file) (void)environment.files.remove(segment->path);
        return made.error();
    }
    std::unique_ptr<SegmentWriter> writer(new SegmentWriter);
    writer->cipher_ = std::make_unique<Cipher>(segment->header.key.bytes());
    writer->segment_ = std::move(segment);
    writer->reserved_bytes_ = reserve_bytes;
    return writer;
}

base::Result<void> SegmentWriter::reserve(std::uint64_t end, std::uint64_t bytes_max) {
    if (end <= reserved_bytes_) return base::ok();
    std::uint64_t wanted = std::min(reserved_bytes_ * 2, reserved_bytes_ + reserve_step_bytes_max);
    wanted = std::max(end, std::min(wanted, bytes_max));
    auto reserved = segment_->file->allocate(wanted);
    if (!reserved && wanted > end) {
        wanted = end;  // a nearly full disk: no reserve, but what is needed now
        reserved = segment_->file->allocate(wanted);
    }
    if (!reserved) return reserved;
    reserved_bytes_ = wanted;
    return base::ok();
}

base::Result<void> SegmentWriter::write(std::span<const FramePointer> frames) {
    std::size_t total = 0;
    for (const FramePointer& frame : frames)
        total += frame->file_bytes();
    if (total > sealed_capacity_) {
        sealed_ = std::make_unique_for_overwrite<char[]>(total);
        sealed_capacity_ = total;
    }
    char* out = sealed_.get();
    std::uint64_t offset = bytes_;
    std::uint64_t ordinal = records_;
    for (const FramePointer& frame : frames) {
        CHECK(frame->first == make_position(id(), ordinal));
        seal_frame(*frame,
                   {.segment = id(),
                    .opening = segment_->header.opening,
                    .number = ++frames_,
                    .offset = offset,
                    .synced_bytes = synced_bytes_,
                    .first_ordinal = static_cast<std::uint32_t>(ordinal)},
                   *cipher_, out);
        out += frame->file_bytes();
        offset += frame->file_bytes();
        ordinal += frame->heads.size();
    }
    const auto written = segment_->file->write_at(bytes_, std::string_view(sealed_.get(), total));
    if (sealed_capacity_ > sealed_kept_bytes_max) release_memory();
    if (!written) return written;
    bytes_ = offset;
    records_ = ordinal;
    return base::ok();
}

base::Result<void> SegmentWriter::sync() {
    TRY_VOID(segment_->file->sync_data());
    synced_bytes_ = bytes_;
    return base::ok();
}

void SegmentWriter::release_memory() {
    sealed_.reset();
    sealed_capacity_ = 0;
}

void SegmentWriter::trim(std::uint64_t end) {
    (void)segment_->file->truncate(end);
}

}  // namespace segment_log
