// The buffer of a delivery stream, which holds no record: only which stretch of the source it
// covers, how large that is, and when its first record arrived. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "services/firehose/source.h"

namespace firehose {

struct BufferingHints {
    std::uint64_t bytes = 5 * 1024 * 1024;
    std::int64_t interval_ms = 300'000;
};

class Buffer {
  public:
    // Empty, from `position` on.
    explicit Buffer(Position position = 0) : from_(position), until_(position) {}

    // The next record; `bytes` as delivered, before compression.
    void add(const SourceRecord& record, std::size_t bytes, base::Timestamp now) {
        if (records_ == 0) {
            oldest_ = record.arrived;
            first_seen_ = now;
        }
        until_ = record.position + 1;
        ++records_;
        bytes_ += bytes;
    }
    // Nothing for us up to `position`.
    void skip_to(Position position) { until_ = std::max(until_, position); }

    bool empty() const { return records_ == 0; }
    std::uint64_t records() const { return records_; }
    std::uint64_t bytes() const { return bytes_; }
    Position from() const { return from_; }
    Position until() const { return until_; }  // after the last record covered
    base::Timestamp oldest() const { return oldest_; }

    bool full(const BufferingHints& hints) const { return bytes_ >= hints.bytes; }
    // When the interval ends; counted from the first record's arrival, also across a restart. Never
    // later than an interval from when it was seen, should the wall clock have stepped back.
    base::Timestamp deadline(const BufferingHints& hints) const {
        return {std::min(oldest_.ms, first_seen_.ms) + hints.interval_ms};
    }
    bool due(const BufferingHints& hints, base::Timestamp now) const {
        return !empty() && (full(hints) || now >= deadline(hints));
    }

  private:
    Position from_;
    Position until_;
    std::uint64_t records_ = 0;
    std::uint64_t bytes_ = 0;
    base::Timestamp oldest_;
    base::Timestamp first_seen_;
};

}  // namespace firehose
