// The ways to name a function: name, partial arn, arn, each with an optional qualifier.
#pragma once

#include <string>
#include <string_view>

#include "aws/call.h"
#include "aws/fault.h"

namespace lambda {

bool is_account(std::string_view text);  // 12 digits

struct FunctionName {
    std::string account;
    std::string region;
    std::string name;
    std::string qualifier;  // "" when none was given

    // "arn:aws:lambda:us-west-2:000000000000:function:name", with the qualifier when there is one
    std::string arn() const;
};

// Read "name", "name:qualifier", "123456789012:function:name", "function:name",
// "arn:aws:lambda:us-west-2:123456789012:function:name", each optionally with ":qualifier";
// what is left out is the caller's. Combines with the Qualifier parameter ("" when absent).
//   faults  InvalidParameterValueException (not such a name, or two different qualifiers),
//           ResourceNotFoundException (another region)
aws::Reply<FunctionName> parse_function_name(std::string_view text, const aws::Call& call,
                                             std::string_view qualifier = {});

}  // namespace lambda
