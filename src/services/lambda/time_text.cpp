#include "services/lambda/time_text.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "wire/timestamp.h"

namespace lambda {

std::string last_modified_text(base::Timestamp time) {
    std::string text = wire::format_iso8601_ms(time);
    text.pop_back();  // Z
    return text + "+0000";
}

std::string log_stream_name(base::Timestamp time, const std::string& hex) {
    const std::string day = wire::format_basic_iso8601(time);
    return day.substr(0, 4) + "/" + day.substr(4, 2) + "/" + day.substr(6, 2) + "/[$LATEST]" + hex;
}

std::string trace_id(base::Timestamp time, base::Random& random) {
    return fmt::format("Root=1-{:08x}-{};Parent={};Sampled=0",
                       static_cast<std::uint32_t>(time.ms / 1000), base::make_hex_id(random, 24),
                       base::make_hex_id(random, 16));
}

}  // namespace lambda
