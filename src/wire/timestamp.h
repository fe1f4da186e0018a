// The three text forms of a moment that AWS uses, and their parsing. UTC only on output.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace wire {

// "2026-03-01T12:00:05Z", with ".250" before the Z when the fraction is not zero.
std::string format_iso8601(base::Timestamp time);
// "2026-03-01T12:00:05.000Z": always three digits (S3's XML, CloudFormation).
std::string format_iso8601_ms(base::Timestamp time);
// "20260301T120005Z" (X-Amz-Date).
std::string format_basic_iso8601(base::Timestamp time);
// "Sun, 01 Mar 2026 12:00:05 GMT"
std::string format_http_date(base::Timestamp time);
// Epoch seconds with at most three decimals: "1772366405", "1772366405.25".
void append_epoch_seconds(std::string& out, base::Timestamp time);

// "2026-03-01T12:00:05Z", any number of fraction digits (beyond ms cut off), "Z" or "+hh:mm";
// also the basic form "20260301T120005Z". Errors: invalid.
base::Result<base::Timestamp> parse_iso8601(std::string_view text);
// The fixed form of RFC 9110 only ("Sun, 01 Mar 2026 12:00:05 GMT"). Errors: invalid.
base::Result<base::Timestamp> parse_http_date(std::string_view text);
// A decimal number of seconds since 1970, sign, fraction and exponent allowed. Errors: invalid.
base::Result<base::Timestamp> parse_epoch_seconds(std::string_view text);

}  // namespace wire
