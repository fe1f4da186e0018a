// Between shapes and what MCP says about them: JSON schemas (2020-12) of inputs and outputs, the
// decoding of arguments, and structured content.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>

#include "aws/validation.h"
#include "base/shape.h"

namespace mcp {

// The schema of a tool's arguments: descriptions, bounds, enums, defaults (those of a
// default-constructed `defaults`), no other members.
boost::json::object input_schema(const shape::Type& type, const void* defaults);
// The schema of structured content: every member is there, an optional one may be null.
boost::json::object output_schema(const shape::Type& type);

// `arguments` into `out`, a default-constructed object of `type`, with the constraints checked.
//   returns  what is wrong, in words that a model can act on; absent when nothing is
std::optional<std::string> decode_arguments(const boost::json::object& arguments,
                                            const shape::Type& type, void* out,
                                            const aws::Validator& validator);

// Absent optionals are null; bytes that are not UTF-8 become U+FFFD; a number that JSON cannot
// write is null.
boost::json::value structured(const shape::Type& type, const void* object);

// `text` in valid UTF-8.
std::string valid_utf8(std::string_view text);

}  // namespace mcp
