// What can be known of expressions before there are parameters.
#pragma once

#include "stack_template/functions.h"
#include "stack_template/stack_template.h"

namespace stack_template {

// Functions exist, stand where they may, and have the right number and form of arguments.
//   where   logical id, for the error's context
//   errors  invalid, unsupported
base::Result<void> check_expression(const Template& parsed, const json::value& expression,
                                    Place place, std::string_view where);

// Every reference of the template leads somewhere; no cycles that do not depend on conditions.
base::Result<void> check_references(const Template& parsed);

// Conditions are boolean expressions, of conditions that exist, without cycles.
base::Result<void> check_conditions(const Template& parsed);

}  // namespace stack_template
