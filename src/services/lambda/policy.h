// A function's resource policy: who else may invoke it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/call.h"
#include "services/lambda/rows.h"

namespace lambda {

inline constexpr std::size_t policy_bytes_max = 20 * 1024;

// One statement as AWS shows it, JSON.
std::string statement_json(const StatementRow& statement, const std::string& function_arn);
// The whole policy document, JSON.
std::string policy_json(const std::vector<StatementRow>& statements,
                        const std::string& function_arn);

// Whether `pattern` of ArnLike matches: both have six colon-separated parts, compared part by
// part; '*' is any text, '?' any character.
bool arn_like(std::string_view pattern, std::string_view arn);

// Whether a statement lets a service act for a resource: `caller` has service_principal and
// source_arn set. The source account is the one in the source arn.
bool policy_allows(const std::vector<StatementRow>& statements, const aws::Caller& caller);

}  // namespace lambda
