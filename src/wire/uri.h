// Percent-encoding of request targets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http.h"

namespace wire {

// "a%20b" -> "a b"; nullopt when a '%' is not followed by two hexadecimal digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);

// AWS's encoding: every byte but A-Z a-z 0-9 - . _ ~ becomes %XX (upper case). With `keep_slash`
// '/' stays too.
std::string percent_encode(std::string_view text, bool keep_slash = false);

// A target split at its first '?', both parts as sent.
struct TargetParts {
    std::string_view path;
    std::string_view query;
};
TargetParts split_target(std::string_view target);

// "a=1&b&c=%20" -> {a,1} {b,} {c," "}; '+' means a space, as browsers and SDKs write it. Empty
// pairs are skipped. nullopt for a broken percent sequence or more than `count_max` parameters.
std::optional<std::vector<QueryParameter>> parse_query(std::string_view query,
                                                       std::size_t count_max);

}  // namespace wire
