// JSON as policies need it: an object that names a member twice is not JSON here, because two
// readers would not agree on what it says.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

namespace iam {

// nullopt: not one JSON value, nested deeper than `depth_max`, or a member twice.
std::optional<boost::json::value> parse_strict_json(std::string_view text, std::size_t depth_max);

}  // namespace iam
