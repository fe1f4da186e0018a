// Compaction of the small-object log: segments that are mostly dead are emptied by copying what
// lives to the end of the log, and deleted.
#pragma once

#include <memory>

#include "object_store/core.h"

namespace object_store {

// A sealed segment is worth it when at most this share of it lives.
inline constexpr std::uint64_t live_percent_max = 50;
// Records copied by one append.
inline constexpr std::size_t copied_records_max = 256;
inline constexpr std::uint64_t copied_bytes_max = 4 * 1024 * 1024;

// One pass in the background, unless one is running; failures are logged.
void start_compaction(const std::shared_ptr<Core>& core);
// One pass; `done` gets the number of segments removed. errors unavailable (one is running)
void compact(const std::shared_ptr<Core>& core,
             base::UniqueFunction<void(base::Result<std::size_t>)> done);

}  // namespace object_store
