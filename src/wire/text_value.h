// Scalars as plain text, the way headers, query parameters, paths, forms and XML carry them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/shape.h"

namespace wire {

// Whether `type` is one value (boolean, number, string, blob, timestamp, document).
bool is_scalar(const shape::Type& type);

// Read `text` into the scalar at `out`. Booleans are "true" and "false" (also with a capital),
// blobs base64, timestamps as `format` says (protocol_default: any of the three forms is taken).
//   errors  invalid, "'x' is not a valid integer"
base::Result<void> decode_text(std::string_view text, const shape::Type& type, void* out,
                               shape::TimestampFormat format);

// The text of the scalar at `value`; `format` as above, protocol_default is ISO 8601.
std::string encode_text(const shape::Type& type, const void* value, shape::TimestampFormat format);

// A member's name as the first letter of AWS's paths in sentences: "StreamName" -> "streamName".
std::string lower_first(std::string_view name);

}  // namespace wire
