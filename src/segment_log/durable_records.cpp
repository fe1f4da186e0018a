#include "segment_log/durable_records.h"

#include <algorithm>

#include "base/check.h"

namespace segment_log {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t chunk_frames_max = 64;  // of the newest frames, taken under the lock

// Fills a Batch up to its limits.
class Collector {
  public:
    Collector(Position from, const ReadLimits& limits)
        : limits_(limits),
          next_(from),
          records_max_(std::max<std::size_t>(1, limits.records_max)) {}

    // Takes what it wants of the frame, from next() on; false when the limits are reached.
    bool add(const FramePointer& frame) {
        passed_bytes_ += frame->memory_bytes();
        if (limits_.lane && (frame->lanes & lane_bit(*limits_.lane)) == 0) {
            skip_to(frame->end());
            return true;
        }
        std::size_t offset = 0;
        bool remembered = false;
        for (std::size_t i = 0; i < frame->heads.size(); ++i) {
            const RecordHead& head = frame->heads[i];
            const Position position = frame->first + i;
            const std::size_t start = offset;
            offset += head.length;
            if (position < next_) continue;
            if (!limits_.lane || head.lane == *limits_.lane) {
                if (is_full(head.length)) return false;
                if (!remembered) batch_.memory.push_back(frame->payloads);
                remembered = true;
                bytes_ += head.length;
                batch_.records.push_back(
                    {position, head.lane, head.time,
                     std::string_view(*frame->payloads).substr(start, head.length)});
            }
            next_ = position + 1;
        }
        return true;
    }
    void skip_to(Position next) { next_ = std::max(next_, next); }
    Position next() const { return next_; }
    bool passed_enough() const { return passed_bytes_ >= read_scan_bytes_max; }

    Batch finish(Position end) {
        batch_.next = next_;
        batch_.at_end = next_ >= end;
        return std::move(batch_);
    }

  private:
    bool is_full(std::size_t length) const {
        if (batch_.records.empty()) return false;
        return batch_.records.size() >= records_max_ || bytes_ + length > limits_.bytes_max;
    }

    const ReadLimits& limits_;
    Batch batch_;
    Position next_;
    std::size_t records_max_;
    std::size_t bytes_ = 0;
    std::size_t passed_bytes_ = 0;
};

}  // namespace

DurableRecords::DurableRecords(const Environment& environment, std::string directory,
                               const Checks& checks)
    : environment_(environment), directory_(std::move(directory)), checks_(checks) {}

void DurableRecords::take(const Recovered& recovered) {
    base::MutexLock lock(mutex_);
    for (const Summary& summary : recovered.segments) {
        segments_[summary.segment] = {State::sealed, summary, nullptr, nullptr};
    }
    // Not from highest_id: numbers above that never held a record may be forgotten by a crash, and
    // what comes later must not come before a position that was once the end.
    if (recovered.floor_id > 0) end_ = make_position(recovered.floor_id + 1, 0);
    if (!segments_.empty()) {
        const auto& [id, last] = *segments_.rbegin();
        end_ = std::max(end_, make_position(id, last.summary.records));
    }
}

void DurableRecords::open_segment(std::shared_ptr<const SegmentFile> segment) {
    auto index = std::make_shared<Index>();
    const std::uint64_t id = index->summary.segment = segment->id;
    const Summary summary = index->summary;
    base::MutexLock lock(mutex_);
    segments_[id] = {State::open, summary, std::move(index), std::move(segment)};
}

void DurableRecords::publish(std::span<const FramePointer> frames) {
    std::vector<FramePointer> forgotten;  // freed outside of the lock
    base::MutexLock lock(mutex_);
    Segment& segment = segments_.rbegin()->second;
    CHECK(segment.state == State::open);
    for (const FramePointer& frame : frames) {
        segment.index->add(*frame);
        recent_.push_back(frame);
        recent_bytes_ += frame->memory_bytes();
    }
    segment.summary = segment.index->summary;
    end_ = frames.back()->end();
    // The newest frame stays, however large, so that a tail reader always finds it.
    while (recent_bytes_ > recent_bytes_max && recent_.size() > 1) {
        recent_bytes_ -= recent_.front()->memory_bytes();
        forgotten.push_back(std::move(recent_.front()));
        recent_.pop_front();
    }
}

bool DurableRecords::complete_segment() {
    base::MutexLock lock(mutex_);
    const auto last = std::prev(segments_.end());
    CHECK(last->second.state == State::open);
    if (last->second.summary.records == 0) {
        segments_.erase(last);
        return false;
    }
    last->second.state = State::complete;
    return true;
}

std::vector<std::uint64_t> DurableRecords::complete_segments() const {
    base::MutexLock lock(mutex_);
    std::vector<std::uint64_t> ids;
    for (const auto& [id, segment] : segments_) {
        if (segment.state == State::complete) ids.push_back(id);
    }
    return ids;
}

std::optional<Index> DurableRecords::index_of(std::uint64_t complete_segment) const {
    base::MutexLock lock(mutex_);
    const auto found = segments_.find(complete_segment);
    if (found == segments_.end() || found->second.state != State::complete) return std::nullopt;
    return *found->second.index;
}

void DurableRecords::set_sealed(std::uint64_t segment) {
    base::MutexLock lock(mutex_);
    const auto found = segments_.find(segment);
    if (found == segments_.end() || found->second.state != State::complete) return;
    found->second.state = State::sealed;
    touch(segment);
}

void DurableRecords::forget(std::uint64_t segment) {
    base::MutexLock lock(mutex_);
    segments_.erase(segment);
    std::erase(loaded_, segment);
    std::size_t freed_bytes = 0;
    std::erase_if(recent_, [&](const FramePointer& frame) {
        if (segment_of(frame->first) != segment) return false;
        freed_bytes += frame->memory_bytes();
        return true;
    });
    recent_bytes_ -= freed_bytes;
    lock.unlock();
    cache_.forget_segment(segment);
}

void DurableRecords::forget_recent() {
    std::deque<FramePointer> forgotten;  // freed outside of the lock
    {
        base::MutexLock lock(mutex_);
        forgotten.swap(recent_);
        recent_bytes_ = 0;
    }
    cache_.clear();
}

// Keeps the descriptor and index of the segment, and lets those go that were used longest ago.
void DurableRecords::touch(std::uint64_t id) const {
    std::erase(loaded_, id);
    loaded_.push_back(id);
    while (loaded_.size() > loaded_segments_max) {
        const auto old = segments_.find(loaded_.front());
        loaded_.erase(loaded_.begin());
        if (old == segments_.end() || old->second.state != State::sealed) continue;
        old->second.index.reset();
        old->second.file.reset();
    }
}

base::Result<Index> DurableRecords::load_index(const SegmentFile& file,
                                               const Summary& summary) const {
    auto index = read_index(environment_.files, directory_, file.id);
    if (index && index.value().summary == summary) return index;
    if (!index && index.error().kind != ErrorKind::corrupt) return index;
    environment_.log.error("a segment's index is damaged; it is made again from the segment",
                           {{"segment", file.path}});
    TRY(scan, scan_segment(file, checks_));
    if (scan.index.summary != summary) {
        return Error{ErrorKind::corrupt, "a segment and its index differ", file.path};
    }
    return std::move(scan.index);
}

base::Result<void> DurableRecords::load(std::uint64_t id) const {
    Summary summary;
    {
        base::MutexLock lock(mutex_);
        const auto found = segments_.find(id);
        if (found == segments_.end()) return base::ok();
        summary = found->second.summary;
    }
    auto file = SegmentFile::open(environment_.files, directory_, id, environment_.master_key);
    auto index = file ? load_index(*file.value(), summary) : base::Result<Index>(file.error());
    base::MutexLock lock(mutex_);
    const auto found = segments_.find(id);
    if (found == segments_.end()) return base::ok();  // deleted meanwhile: the reader goes on
    if (!index) return index.error();
    if (found->second.state == State::sealed) {
        found->second.index = std::make_shared<Index>(std::move(index.value()));
        found->second.file = file.value();
        touch(id);
    }
    return base::ok();
}

DurableRecords::Chunk DurableRecords::recent_chunk(Position from, const Wanted& wanted) const {
    Chunk chunk;
    auto frame = std::partition_point(recent_.begin(), recent_.end(),
                                      [from](const FramePointer& f) { return f->end() <= from; });
    for (; frame != recent_.end() && chunk.frames.size() < chunk_frames_max; ++frame) {
        chunk.next = (*frame)->end();
        if (wanted.in(**frame)) chunk.frames.push_back(*frame);
    }
    if (frame == recent_.end()) {
        chunk.next = std::max(from, end_);
        chunk.at_end = true;
    }
    return chunk;
}

DurableRecords::Place DurableRecords::find_place(Position from, const Wanted& wanted) const {
    Place place;
    if (from >= end_) {
        place.chunk = Chunk{{}, from, true};
        return place;
    }
    if (!recent_.empty() && from >= recent_.front()->first) {
        place.chunk = recent_chunk(from, wanted);
        return place;
    }
    for (auto at = segments_.lower_bound(segment_of(from)); at != segments_.end(); ++at) {
        const auto& [id, segment] = *at;
        const std::uint64_t ordinal = id == segment_of(from) ? ordinal_of(from) : 0;
        if (ordinal >= segment.summary.records || !wanted.in(segment.summary)) continue;
        if (!segment.index) {
            place.load = id;
            return place;
        }
        const auto& blocks = segment.index->blocks;
        std::size_t i = segment.index->find(ordinal);
        while (i < blocks.size() && !wanted.in(blocks[i]))
            ++i;
        if (i == blocks.size()) continue;
        place.file = segment.file;
        place.block = blocks[i];
        if (segment.state == State::sealed) touch(id);
        return place;
    }
    place.chunk = Chunk{{}, end_, true};
    return place;
}

base::Result<DurableRecords::Chunk> DurableRecords::next_chunk(Position from, const Wanted& wanted,
                                                               bool one_frame) const {
    while (true) {
        base::MutexLock lock(mutex_);
        Place place = find_place(from, wanted);
        lock.unlock();
        if (place.chunk) return std::move(*place.chunk);
        if (place.load != 0) {
            TRY_VOID(load(place.load));
            continue;
        }
        const std::uint64_t id = place.file->id;
        Chunk chunk;
        chunk.next = make_position(id, place.block.end_ordinal());
        if (const Frames cached = cache_.find(id, place.block)) {
            chunk.frames = *cached;
            return chunk;
        }
        if (one_frame) {
            // A block before the position's own never comes here: find() gave the one with it.
            const std::uint64_t ordinal = segment_of(from) == id ? ordinal_of(from) : 0;
            TRY(frames, place.file->read_block(place.block, checks_, ordinal));
            chunk.frames = std::move(frames);
            return chunk;
        }
        TRY(frames, place.file->read_block(place.block, checks_));
        chunk.frames = std::move(frames);
        cache_.insert(id, place.block,
                      std::make_shared<const std::vector<FramePointer>>(chunk.frames));
        return chunk;
    }
}

base::Result<Batch> DurableRecords::read(Position from, const ReadLimits& limits) const {
    Wanted wanted;
    if (limits.lane) wanted.lanes = lane_bit(*limits.lane);
    Collector collector(from, limits);
    while (!collector.passed_enough()) {
        TRY(chunk, next_chunk(collector.next(), wanted));
        bool full = false;
        for (const FramePointer& frame : chunk.frames) {
            full = !collector.add(frame);
            if (full) break;
        }
        if (full) break;
        collector.skip_to(chunk.next);
        if (chunk.at_end) break;
    }
    return collector.finish(end());
}

base::Result<Batch> DurableRecords::read_one(Position position) const {
    TRY(chunk, next_chunk(position, {}, true));
    const ReadLimits one{.lane = {}, .records_max = 1};
    for (const FramePointer& frame : chunk.frames) {
        if (frame->end() <= position) continue;
        if (frame->first > position) break;
        Collector collector(position, one);
        collector.add(frame);
        return collector.finish(end());
    }
    return Error{ErrorKind::not_found, "no such record", std::to_string(position)};
}

base::Result<Position> DurableRecords::find_time(Position from, base::Timestamp time) const {
    const Wanted wanted{.at_least = time};
    while (true) {
        TRY(chunk, next_chunk(from, wanted));
        for (const FramePointer& frame : chunk.frames) {
            for (std::size_t i = 0; i < frame->heads.size(); ++i) {
                if (frame->first + i >= from && frame->heads[i].time >= time) {
                    return frame->first + i;
                }
            }
        }
        if (chunk.at_end) return std::max(from, end());
        from = chunk.next;
    }
}

base::Result<std::uint64_t> DurableRecords::verify_segment(std::uint64_t id) const {
    base::MutexLock lock(mutex_);
    const auto found = segments_.find(id);
    if (found == segments_.end()) return std::uint64_t{0};
    Segment segment = found->second;
    // A sealed one is read from its files, not from what we remember of them.
    Index index = segment.state == State::sealed ? Index{} : *segment.index;
    lock.unlock();
    if (segment.state == State::sealed) {
        auto file = SegmentFile::open(environment_.files, directory_, id, environment_.master_key);
        auto read = file ? read_index(environment_.files, directory_, id)
                         : base::Result<Index>(file.error());
        if (!read) {
            base::MutexLock again(mutex_);
            if (!segments_.contains(id)) return std::uint64_t{0};  // deleted meanwhile
            return read.error();
        }
        segment.file = file.value();
        index = std::move(read.value());
        if (index.summary != segment.summary) {
            return Error{ErrorKind::corrupt, "a segment and its index differ", segment.file->path};
        }
    }
    Index again;
    again.summary.segment = id;
    for (const Block& block : index.blocks) {
        TRY(frames, segment.file->read_block(block, checks_));
        for (const FramePointer& frame : frames)
            again.add(*frame);
    }
    if (again.summary != index.summary || again.blocks != index.blocks) {
        return Error{ErrorKind::corrupt, "a segment and its index differ", segment.file->path};
    }
    return again.summary.records;
}

base::Result<std::uint64_t> DurableRecords::verify() const {
    std::vector<std::uint64_t> ids;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [id, segment] : segments_)
            ids.push_back(id);
    }
    std::uint64_t records = 0;
    for (const std::uint64_t id : ids) {
        TRY(count, verify_segment(id));
        records += count;
    }
    return records;
}

Position DurableRecords::begin() const {
    base::MutexLock lock(mutex_);
    if (segments_.empty() || segments_.begin()->second.summary.records == 0) return end_;
    return make_position(segments_.begin()->first, 0);
}

Position DurableRecords::end() const {
    base::MutexLock lock(mutex_);
    return end_;
}

std::vector<SegmentInfo> DurableRecords::segments() const {
    base::MutexLock lock(mutex_);
    std::vector<SegmentInfo> infos;
    for (const auto& [id, segment] : segments_) {
        const Summary& summary = segment.summary;
        SegmentInfo info{.id = id,
                         .newest = summary.newest,
                         .bytes = summary.bytes,
                         .sealed = segment.state == State::sealed};
        if (summary.records > 0) {
            info.first = make_position(id, 0);
            info.last = make_position(id, summary.records - 1);
        }
        infos.push_back(info);
    }
    return infos;
}

}  // namespace segment_log
