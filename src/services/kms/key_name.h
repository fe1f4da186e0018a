// The ways to name a key: its id, its ARN, an alias, an alias' ARN. Pure.
#pragma once

#include <string>

#include "aws/call.h"
#include "aws/fault.h"

namespace kms {

struct KeyName {
    bool alias = false;
    std::string value;  // the key id, or the alias without "alias/"
};

// What `text` names in the account and region of the call.
//   errors  NotFoundException (no key can have this name; another region), InvalidArnException,
//           AccessDeniedException (another account: key policies do not reach beyond one here)
aws::Reply<KeyName> parse_key_name(const aws::Call& call, const std::string& text);

std::string key_arn(const aws::Call& call, const std::string& key_id);
// `name` without "alias/".
std::string alias_arn(const aws::Call& call, const std::string& name);

inline constexpr std::string_view alias_prefix = "alias/";
inline constexpr std::string_view managed_prefix = "aws/";  // behind alias_prefix
// The AWS-managed keys that AWS has; each is made when it is first asked for.
bool is_managed_alias(std::string_view name);

}  // namespace kms
