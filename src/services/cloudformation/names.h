// How stacks and change sets are named: ARNs and what is in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace cloudformation {

inline constexpr std::size_t stack_name_length_max = 128;

// Where a stack's rows are.
struct StackKey {
    std::string account;
    std::string region;
    std::string uuid;
    auto operator<=>(const StackKey&) const = default;
};

// "arn:aws:cloudformation:us-west-2:000000000000:stack/name/uuid", taken apart.
struct StackArn {
    StackKey key;
    std::string name;
};
std::optional<StackArn> parse_stack_arn(std::string_view arn);
std::string make_stack_arn(const StackKey& key, std::string_view name);
// The key of a stack that is stored, so its ARN is well-formed.
StackKey key_of(const std::string& stack_arn);

// "arn:…:changeSet/name/uuid": the name; nullopt when it is not such an ARN of that place.
std::optional<std::string> change_set_name_of(std::string_view arn);
std::string make_change_set_arn(const StackKey& key, std::string_view name, base::Random& random);

// [a-zA-Z][-a-zA-Z0-9]*, 1..stack_name_length_max characters.
bool is_stack_name(std::string_view name);

}  // namespace cloudformation
