// A stack's parameters: what the client gave, what the last deploy had and what the template
// declares, checked and joined.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "stack_template/stack_template.h"

namespace stack_template {

struct ParameterInput {
    std::string key;
    std::optional<std::string> value;
    bool use_previous_value = false;
};

struct ParameterValue {
    std::string value;     // given, previous or default; of SSM types the parameter's name
    std::string resolved;  // of SSM types what it held when bound; otherwise == value
    bool no_echo = false;

    // ParameterValue of DescribeStacks: "****" under NoEcho.
    std::string shown() const { return no_echo ? "****" : value; }
    bool operator==(const ParameterValue&) const = default;
};

using ParameterValues = std::map<std::string, ParameterValue, std::less<>>;

// SSM's parameters, for AWS::SSM::Parameter::Value<…>.
class ParameterSource {
  public:
    virtual ~ParameterSource() = default;
    // The value of the parameter `name` ("/a/b" or "/a/b:3").
    //   errors  not_found: becomes CloudFormation's message; any other goes to the caller
    virtual base::Result<std::string> ssm_parameter(const std::string& name) = 0;
};

// Values for all of the template's parameters, from `given`, then `previous` (where the input says
// UsePreviousValue), then the defaults; checked against type and constraints.
//   previous  value (not resolved) by name of the deployed stack; nullptr on create
//   errors    invalid: "Parameters: [A, B] must have values", "Parameters: [C] do not exist in the
//             template", "Parameter 'X' must be one of AllowedValues", …; those of `source`
base::Result<ParameterValues> bind_parameters(
    const Template& parsed, std::span<const ParameterInput> given,
    const std::map<std::string, std::string, std::less<>>* previous, ParameterSource& source);

// What Ref gives: a string, or for list types a list of strings (elements trimmed of spaces).
json::value parameter_reference(const Parameter& parameter, const ParameterValue& value);

}  // namespace stack_template
