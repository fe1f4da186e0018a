// What can be read: the segments with their indexes, and the newest frames in memory. Everything
// in here is durable; the committer puts a group in when its fdatasync has returned.
//
// Readers take positions and blocks under the lock, and read and decrypt outside of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "segment_log/block_cache.h"
#include "segment_log/frame.h"
#include "segment_log/index.h"
#include "segment_log/recovery.h"
#include "segment_log/segment_file.h"
#include "segment_log/segment_log.h"

namespace segment_log {

// Of one log. A sealed segment beyond these is read from its files again.
inline constexpr std::size_t loaded_segments_max = 4;  // sealed ones with descriptor and index
inline constexpr std::size_t recent_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t cache_bytes_max = 4 * 1024 * 1024;
// One read passes over at most this much that it does not return.
inline constexpr std::size_t read_scan_bytes_max = 32 * 1024 * 1024;

// Any thread, except that one thread at a time adds.
class DurableRecords {
  public:
    DurableRecords(const Environment& environment, std::string directory, const Checks& checks);

    // ---- for the committer ----
    void take(const Recovered& recovered);
    void open_segment(std::shared_ptr<const SegmentFile> segment);
    // Frames of the open segment, in order; readers see them from now on.
    void publish(std::span<const FramePointer> frames);
    // Nothing more comes into the open segment. Forgets it when nothing ever did; false then.
    bool complete_segment();
    std::vector<std::uint64_t> complete_segments() const;  // complete and not yet sealed
    std::optional<Index> index_of(std::uint64_t complete_segment) const;
    void set_sealed(std::uint64_t segment);
    void forget(std::uint64_t segment);
    // Gives back the memory of frames; readers go to the files.
    void forget_recent();

    // ---- for readers ----
    base::Result<Batch> read(Position from, const ReadLimits& limits) const;
    base::Result<Batch> read_one(Position position) const;
    base::Result<Position> find_time(Position from, base::Timestamp time) const;
    base::Result<std::uint64_t> verify() const;
    Position begin() const;
    Position end() const;
    std::vector<SegmentInfo> segments() const;

  private:
    enum class State { open, complete, sealed };
    struct Segment {
        State state = State::sealed;
        Summary summary;
        std::shared_ptr<Index> index;  // of a sealed one: when loaded; immutable then
        std::shared_ptr<const SegmentFile> file;
    };
    // What a reader looks for: frames that hold something of it may be returned, others not.
    struct Wanted {
        std::uint64_t lanes = ~std::uint64_t{0};
        std::optional<base::Timestamp> at_least = {};
        template <class T>
        bool in(const T& part) const {
            return (part.lanes & lanes) != 0 && (!at_least || part.newest >= *at_least);
        }
    };
    // One step of reading: frames at or after a position, and where they end.
    struct Chunk {
        std::vector<FramePointer> frames;
        Position next = 0;
        bool at_end = false;
    };
    // Where the next frames are: in memory (chunk), in a block, or in a segment to be loaded.
    struct Place {
        std::optional<Chunk> chunk;
        std::uint64_t load = 0;
        std::shared_ptr<const SegmentFile> file;
        Block block;
    };

    base::Result<Chunk> next_chunk(Position from, const Wanted& wanted,
                                   bool one_frame = false) const;
    Place find_place(Position from, const Wanted& wanted) const REQUIRES(mutex_);
    Chunk recent_chunk(Position from, const Wanted& wanted) const REQUIRES(mutex_);
    base::Result<void> load(std::uint64_t id) const;
    base::Result<Index> load_index(const SegmentFile& file, const Summary& summary) const;
    void touch(std::uint64_t id) const REQUIRES(mutex_);
    base::Result<std::uint64_t> verify_segment(std::uint64_t id) const;

    const Environment environment_;
    const std::string directory_;
    const Checks checks_;
    mutable BlockCache cache_{cache_bytes_max};
    mutable base::Mutex mutex_;
    mutable std::map<std::uint64_t, Segment> segments_ GUARDED_BY(mutex_);
    mutable std::vector<std::uint64_t> loaded_ GUARDED_BY(mutex_);  // lately used last
    std::deque<FramePointer> recent_ GUARDED_BY(mutex_);  // all that is left from the first on
    std::size_t recent_bytes_ GUARDED_BY(mutex_) = 0;
    Position end_ GUARDED_BY(mutex_) = 0;
};

}  // namespace segment_log
