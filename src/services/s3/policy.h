// Bucket policies as documents: what S3 accepts, and whether one makes its bucket public. They are
// not evaluated: only a bucket's own account has access to it.
#pragma once

#include <string>

#include "aws/fault.h"

namespace s3 {

inline constexpr std::size_t policy_bytes_max = 20 * 1024;
inline constexpr std::size_t policy_statements_max = 1000;

// errors MalformedPolicy, in S3's words for what it finds first
aws::Reply<void> check_policy(const std::string& text, const std::string& bucket);

// Whether a policy that passed check_policy allows something to everyone, without a condition that
// narrows it to known callers. Source: "The meaning of public", S3 User Guide.
bool is_public_policy(const std::string& text);

}  // namespace s3
