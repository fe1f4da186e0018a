// The object that a Firehose delivery wrote last, by S3's listing: of few objects the youngest; of
// many the youngest in the folder of the last moment, when the prefix names moments.
#pragma once

#include "mcp/tools/support.h"

namespace mcp::tools {

// Listings of one delivery, of 1,000 objects or folders each.
inline constexpr std::size_t newest_listings_max = 20;

struct NewestObject {
    std::string key = {};  // "" when there is none, or it is not known
    std::int64_t bytes = 0;
    double modified_s = 0;  // since 1970
    bool known = true;      // false: there are more objects than were listed
};
using NewestObjectDone = base::UniqueFunction<void(aws::Reply<NewestObject>)>;

//   prefix  as Firehose has it, with its !{…}; without !{timestamp: it appends YYYY/MM/DD/HH/
void find_newest_object(Context& context, std::string bucket, std::string prefix,
                        NewestObjectDone done);

// Whether names of folders below the prefix ascend as time goes by: its expressions are of
// timestamps alone, in digits, from the year on, without gaps.
bool is_chronological(std::string_view prefix);

}  // namespace mcp::tools
