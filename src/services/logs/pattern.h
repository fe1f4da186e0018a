// Filter patterns of FilterLogEvents.
//
//   ERROR "out of memory" -retry      every term in the message, none of the excluded ones
//   ?ERROR ?WARN                      any of them (ignored when there are other terms, as at AWS)
//   %4\d\d%                           a regular expression
//   { $.user.id = "a*" && ($.n > 3 || $.tags[0] IS NULL) && $.x NOT EXISTS }
//                                     over messages that are JSON objects
//
// Terms are found anywhere in the message, case matters. In JSON patterns = and != compare text
// with '*' as a wildcard, or numbers when the value is one; a property that is not there satisfies
// no comparison, only NOT EXISTS. Space-delimited patterns ("[a, b]") are not there.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logs {

inline constexpr std::size_t pattern_terms_max = 100;
inline constexpr std::size_t pattern_depth_max = 50;
inline constexpr std::size_t pattern_regex_bytes_max = 1 << 20;  // of a compiled expression

// Immutable; any thread.
class Pattern {
  public:
    virtual ~Pattern() = default;
    virtual bool matches(std::string_view message) const = 0;
};

// errors  invalid, with what is wrong and where
base::Result<std::unique_ptr<Pattern>> parse_pattern(std::string_view text);

namespace detail {
base::Result<std::unique_ptr<Pattern>> parse_json_pattern(std::string_view text);
// '*' stands for any characters. Linear in both.
bool matches_wildcard(std::string_view text, std::string_view pattern);
}  // namespace detail

}  // namespace logs
