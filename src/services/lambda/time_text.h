// Times and ids in the forms Lambda shows.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace lambda {

// "2026-03-01T12:00:05.000+0000"
std::string last_modified_text(base::Timestamp time);
// "2026/03/01/[$LATEST]" and `hex`
std::string log_stream_name(base::Timestamp time, const std::string& hex);
// "Root=1-…;Parent=…;Sampled=0"
std::string trace_id(base::Timestamp time, base::Random& random);

}  // namespace lambda
