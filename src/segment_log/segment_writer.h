// The open segment: made with its header durable, grown ahead of its writes, one gather write and
// one fdatasync a group. Used by one thread at a time, the committer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "segment_log/cipher.h"
#include "segment_log/frame.h"
#include "segment_log/segment_file.h"
#include "segment_log/segment_log.h"

namespace segment_log {

inline constexpr std::uint64_t reserve_bytes_min = 256 * 1024;
inline constexpr std::uint64_t reserve_step_bytes_max = 64 * 1024 * 1024;

class SegmentWriter {
  public:
    // Makes the segment `id`; its header and its name are durable on return. On failure nothing
    // usable is left and `id` must not be tried again.
    //   reserve_bytes  disk to reserve at first
    static base::Result<std::unique_ptr<SegmentWriter>> create(const Environment& environment,
                                                               const std::string& directory,
                                                               std::uint64_t id,
                                                               std::uint64_t reserve_bytes);

    std::uint64_t id() const { return segment_->id; }
    const std::shared_ptr<const SegmentFile>& segment() const { return segment_; }
    std::uint64_t bytes() const { return bytes_; }  // written so far
    std::uint64_t records() const { return records_; }
    std::uint64_t reserved_bytes() const { return reserved_bytes_; }

    // Reserve disk for everything before `end`. After a failure the segment is as it was.
    //   bytes_max  how far ahead the reservation may grow
    base::Result<void> reserve(std::uint64_t end, std::uint64_t bytes_max);
    // Seal the frames (each with its `first` already set, in order) and write them at the end.
    // After a failure, of this or of sync(), the segment must never be written again.
    base::Result<void> write(std::span<const FramePointer> frames);
    base::Result<void> sync();
    // Give back the memory of the last group.
    void release_memory();
    // Give back what is reserved behind the last frame. Best effort.
    void trim(std::uint64_t end);

  private:
    SegmentWriter() = default;

    std::shared_ptr<const SegmentFile> segment_;
    std::unique_ptr<Cipher> cipher_;
    std::uint64_t bytes_ = segment_header_bytes;
    std::uint64_t synced_bytes_ = segment_header_bytes;
    std::uint64_t reserved_bytes_ = 0;
    std::uint64_t records_ = 0;
    std::uint64_t frames_ = 0;
    std::unique_ptr<char[]> sealed_;  // reused from group to group
    std::size_t sealed_capacity_ = 0;
};

}  // namespace segment_log
