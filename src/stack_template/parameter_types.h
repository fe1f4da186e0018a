// What declaring and binding parameters share.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace stack_template {

// "AWS::SSM::Parameter::Value<X>" gives X, any other type itself.
std::string_view inner_type(std::string_view type);
bool is_number(std::string_view text);
// Never null; `ok()` tells whether RE2 takes the pattern.
std::unique_ptr<re2::RE2> compile_pattern(const std::string& pattern);

}  // namespace stack_template
