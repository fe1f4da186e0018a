// How a log is put together, with what only tests may change.
#pragma once

#include <memory>

#include "segment_log/format.h"
#include "segment_log/segment_log.h"

namespace segment_log {

// SegmentLog::open, with checks that a test may have switched off.
base::Result<std::unique_ptr<SegmentLog>> open_log(Options options, Environment environment,
                                                   const Checks& checks);

inline constexpr std::uint64_t segment_bytes_min = 4 * 1024;
inline constexpr std::uint64_t segment_bytes_limit = 4ULL * 1024 * 1024 * 1024;

}  // namespace segment_log
