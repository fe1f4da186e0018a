// What the two operations on labels share.
#pragma once

#include <algorithm>
#include <string>

#include "services/ssm/faults.h"
#include "services/ssm/ssm.h"

namespace ssm {

inline constexpr shape::Constraints labels_rule{.required = true, .min = 1, .max = labels_max};
inline constexpr std::size_t label_length_max = 100;

// Letters, digits, ".-_"; not a digit, "aws" or "ssm" in front.
inline bool is_label(const std::string& label) {
    if (label.empty() || label.size() > label_length_max) return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_good = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' ||
               c == '-' || c == '_';
    };
    std::string front = label.substr(0, 3);
    for (char& c : front)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return !is_digit(label[0]) && front != "aws" && front != "ssm" &&
           std::all_of(label.begin(), label.end(), is_good);
}

inline aws::Reply<void> check_version(const ParameterRow& row, std::int64_t number) {
    if (number < row.first || number > row.latest.number) {
        return faults::version_not_found(std::to_string(number), row.name);
    }
    return base::ok();
}

inline std::size_t labels_of(const ParameterRow& row, std::int64_t number) {
    return static_cast<std::size_t>(
        std::count_if(row.labels.begin(), row.labels.end(),
                      [&](const auto& one) { return one.second == number; }));
}

}  // namespace ssm
