// Where a delivery stream's records come from, in the order of a log: a Kinesis stream, or the log
// of records put directly.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_function.h"
#include "segment_log/segment_log.h"
#include "services/ports/ports.h"

namespace firehose {

using Position = std::uint64_t;

struct SourceRecord {
    Position position = 0;
    base::Timestamp arrived;
    std::string_view data;  // borrows from the batch
};

struct SourceBatch {
    std::vector<SourceRecord> records;
    Position next = 0;
    bool at_end = false;
    std::shared_ptr<const void> memory;
};

// Threads: any.
class Source {
  public:
    virtual ~Source() = default;
    // errors  not_found (the source was deleted), io, corrupt
    virtual base::Result<SourceBatch> read(Position from, std::size_t records_max,
                                           std::size_t bytes_max) const = 0;
    // A position after every record that is durable now.
    virtual base::Result<Position> end() const = 0;
    // One watcher; `wake` runs when records became durable.
    virtual void watch(base::UniqueFunction<void()> wake) = 0;
    virtual void unwatch() = 0;  // returns after a running wake ended
    // Nothing at or after `position` may be deleted. Quick.
    virtual void keep_from(Position position) = 0;
    // Everything before `position` was delivered, for good: delete what only we had. Waits for
    // disk.
    virtual void trim(Position position) = 0;
    // Nothing is needed any more.
    virtual void release() = 0;
};

std::unique_ptr<Source> make_stream_source(ports::StreamReader& streams, std::string stream_arn,
                                           std::string stream_id, std::string holder);

std::unique_ptr<Source> make_direct_source(std::shared_ptr<segment_log::SegmentLog> log);

}  // namespace firehose
