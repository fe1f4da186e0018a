// Blocks of frames that were read and opened lately, so that the readers of many lanes over the
// same stretch read and decrypt it once.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "base/mutex.h"
#include "segment_log/frame.h"
#include "segment_log/index.h"

namespace segment_log {

using Frames = std::shared_ptr<const std::vector<FramePointer>>;

// Any thread.
class BlockCache {
  public:
    explicit BlockCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Null when it is not there. A block of the open segment that has grown is another one.
    Frames find(std::uint64_t segment, const Block& block);
    // The least lately used go when there are more than `bytes_max`; a larger block is not kept.
    void insert(std::uint64_t segment, const Block& block, Frames frames);
    void forget_segment(std::uint64_t segment);
    void clear();
    std::size_t bytes() const;

  private:
    using Key = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;  // segment, offset, bytes
    struct Entry {
        Key key;
        Frames frames;
        std::size_t bytes = 0;
    };
    void erase(std::list<Entry>::iterator entry) REQUIRES(mutex_);

    const std::size_t bytes_max_;
    mutable base::Mutex mutex_;
    std::list<Entry> entries_ GUARDED_BY(mutex_);  // lately used first
    std::map<Key, std::list<Entry>::iterator> by_key_ GUARDED_BY(mutex_);
    std::size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace segment_log
