// The templates of resource addresses: literal text, {name} for one segment, {+name} for the rest.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcp {

// The variables of `uri`, percent-decoded; absent when it is not of this template. A variable is
// never empty.
std::optional<std::map<std::string, std::string>> match_template(std::string_view uri_template,
                                                                 std::string_view uri);

// The names of its variables, in their order.
std::vector<std::string_view> template_variables(std::string_view uri_template);

}  // namespace mcp
