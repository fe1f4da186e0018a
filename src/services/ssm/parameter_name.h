// Names of parameters, pure: which are allowed, and how a version is named behind one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/call.h"
#include "aws/fault.h"

namespace ssm {

inline constexpr std::size_t name_length_max = 1011;
inline constexpr std::size_t levels_max = 15;

// Whether a parameter can be made under this name.
aws::Reply<void> check_new_name(const std::string& name);

// Another account's or region's ARN names nothing here.
struct Selector {
    std::vector<std::string> names;       // candidates: an ARN does not tell "a" from "/a"
    std::optional<std::int64_t> version;  // "name:3"
    std::optional<std::string> label;     // "name:label"
    std::string text;                     // ":3", ":label", ""
};
Selector parse_selector(const aws::Call& call, const std::string& text);

std::string parameter_arn(const aws::Call& call, const std::string& name);

}  // namespace ssm
