// What a statement means for a request: patterns, conditions, and the verdict on a trust policy.
// Pure. Whatever cannot be told for sure counts against the caller.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/policy_document.h"
#include "services/ports/roles.h"

namespace iam {

enum class Case : std::uint8_t { exact, ignored };

// '*' is any text, '?' any one character. At most pattern × text steps.
bool matches_pattern(std::string_view pattern, std::string_view text, Case letters);
// One of the patterns, or none of them where they are negated. Actions ignore case.
bool matches(const Matches& matches, std::string_view text, Case letters);

// Condition keys in lower case, and what the request holds for them.
using ConditionContext = std::map<std::string, std::vector<std::string>, std::less<>>;

enum class Holds : std::uint8_t {
    yes,
    no,
    unknown,  // an operator or a variable that is not evaluated here
};
Holds holds(const Condition& condition, const ConditionContext& context);

// Whether `document`, a trust policy, lets the caller take the role on: some statement allows
// `action` to it and none denies it. An allowing statement with a condition that is not known to
// hold does not allow; a denying one with a condition that is not known to fail denies.
//   caller_role_arn  of a caller that is a role's session: the role's ARN; "" otherwise
bool trusts(const PolicyDocument& document, std::string_view action,
            const ports::RoleRequest& request, const std::string& caller_role_arn);

}  // namespace iam
