#include "segment_log/block_cache.h"

namespace segment_log {

Frames BlockCache::find(std::uint64_t segment, const Block& block) {
    base::MutexLock lock(mutex_);
    const auto found = by_key_.find({segment, block.offset, block.bytes});
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->frames;
}

void BlockCache::insert(std::uint64_t segment, const Block& block, Frames frames) {
    std::size_t bytes = 0;
    for (const FramePointer& frame : *frames)
        bytes += frame->memory_bytes();
    if (bytes > bytes_max_) return;
    const Key key{segment, block.offset, block.bytes};
    base::MutexLock lock(mutex_);
    if (by_key_.contains(key)) return;
    entries_.push_front({key, std::move(frames), bytes});
    by_key_[key] = entries_.begin();
    bytes_ += bytes;
    while (bytes_ > bytes_max_)
        erase(std::prev(entries_.end()));
}

void BlockCache::forget_segment(std::uint64_t segment) {
    base::MutexLock lock(mutex_);
    auto found = by_key_.lower_bound({segment, 0, 0});
    while (found != by_key_.end() && std::get<0>(found->first) == segment) {
        const auto entry = found->second;
        ++found;
        erase(entry);
    }
}

void BlockCache::clear() {
    base::MutexLock lock(mutex_);
    entries_.clear();
    by_key_.clear();
    bytes_ = 0;
}

std::size_t BlockCache::bytes() const {
    base::MutexLock lock(mutex_);
    return bytes_;
}

void BlockCache::erase(std::list<Entry>::iterator entry) {
    bytes_ -= entry->bytes;
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace segment_log
