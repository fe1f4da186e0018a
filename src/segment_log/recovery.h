// What open does with the files it finds: sealed segments are taken by their summaries, unread;
// one that was being written is scanned, cut behind its last whole frame, synced and sealed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "segment_log/index.h"
#include "segment_log/segment_log.h"

namespace segment_log {

struct Recovered {
    std::vector<Summary> segments;  // all sealed now, by number
    std::uint64_t highest_id = 0;   // no number up to it may be given again
    std::uint64_t floor_id = 0;     // the highest number whose records were deleted last
};

//   errors  corrupt (damage other than a torn tail of the newest segment), invalid (another master
//           key), unsupported (a later format), io
base::Result<Recovered> recover(const Environment& environment, const std::string& directory,
                                const Checks& checks);

}  // namespace segment_log
