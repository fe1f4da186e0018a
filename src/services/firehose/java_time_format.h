// Java's DateTimeFormatter patterns, as Firehose takes them in !{timestamp:…}: compiled once, then
// printed for any moment. Texts and weeks are those of the locale en-US, as on AWS.
//
//     letters   G u y D M L d Q q Y w W E e c F a h K k H m s S A n N V z O X x Z p
//     'text'    literal text, '' a quote
//     [ ]       optional sections: nothing is ever missing here, so they print as they are
//
// Refused as in Java: other letters, # { } outside quotes, an open quote, too many of a letter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace firehose {

// A moment as clocks on a wall show it.
struct LocalTime {
    base::Timestamp instant;
    std::int32_t offset_s = 0;         // east of UTC
    std::string zone_id = "UTC";       // "America/New_York"
    std::string abbreviation = "UTC";  // "EDT"
};

class JavaTimeFormat {
  public:
    // errors  invalid: the message says what is wrong where
    static base::Result<JavaTimeFormat> compile(std::string_view pattern);

    std::string format(const LocalTime& time) const;

  private:
    struct Part {
        char letter = 0;        // 0: literal
        std::size_t count = 0;  // of the letter
        std::size_t pad = 0;    // width to pad to with spaces, 0: none
        std::string literal;
    };
    std::vector<Part> parts_;
};

}  // namespace firehose
