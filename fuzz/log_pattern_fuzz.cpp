// Hostile filter patterns over hostile messages: the input's first line is the pattern, the rest
// the message. Wildcards agree with the obvious recursion.
#include <algorithm>
#include <cstdlib>

#include "services/logs/pattern.h"

namespace {

bool obvious(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] != '*') {
        return !text.empty() && text[0] == pattern[0] && obvious(text.substr(1), pattern.substr(1));
    }
    return obvious(text, pattern.substr(1)) || (!text.empty() && obvious(text.substr(1), pattern));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const std::string_view text = input.substr(0, end);
    const std::string_view message = input.substr(std::min(end + 1, size));
    const auto stars = std::count(text.begin(), text.end(), '*');
    if (stars <= 4 && message.size() <= 24 &&
        logs::detail::matches_wildcard(message, text) != obvious(message, text)) {
        std::abort();
    }
    const auto pattern = logs::parse_pattern(text);
    if (!pattern) return 0;
    (void)pattern.value()->matches(message);
    (void)pattern.value()->matches(R"({"user": {"id": "abc"}, "n": 4, "tags": [null, "x"]})");
    return 0;
}
