// Key policies as text: the ones that KMS makes, and what it checks in a client's. They are stored
// and handed back; nothing evaluates them yet.
#pragma once

#include <string>

#include "aws/call.h"
#include "aws/fault.h"

namespace kms {

inline constexpr std::size_t policy_bytes_max = 32 * 1024;

// What a key gets that is made without a policy: its account may do everything.
std::string default_policy(const std::string& account);
// Of alias/aws/<service>: the account may use it through the service.
std::string managed_policy(const std::string& account, const std::string& region,
                           const std::string& service);

// A JSON object with statements, of which one lets the caller change the policy again, unless
// `bypass_lockout_check`.
//   errors  MalformedPolicyDocumentException, LimitExceededException
aws::Reply<void> check_policy(const aws::Call& call, const std::string& policy,
                              bool bypass_lockout_check);

}  // namespace kms
