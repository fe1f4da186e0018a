// Text to syntax tree: Trino's SELECT and the HiveQL statements Athena has.
#pragma once

#include <string_view>
#include <vector>

#include "athena_sql/error.h"
#include "athena_sql/syntax.h"

namespace athena_sql {

// One statement, a ';' after it allowed. `parameters` are the texts of ExecutionParameters:
// literals that take the place of `?` in the tree, in order.
//   errors  SYNTAX_ERROR "mismatched input 'FORM'. Expecting: ',', 'FROM', …", NOT_SUPPORTED
//           (a statement that Athena has and we do not), INVALID_PARAMETER_USAGE (their number)
Result<Statement> parse(std::string_view text, const std::vector<std::string>& parameters = {});

// One Trino type, as in CAST: "decimal(10,2)", "array(row(a varchar))".
Result<Type> parse_trino_type(std::string_view text);

}  // namespace athena_sql
