// EXECUTE name [USING literal, …]: which prepared statement is meant, and with what.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "athena_sql/error.h"

namespace athena_sql {

struct ExecuteStatement {
    std::string name;                    // as written
    std::vector<std::string> arguments;  // their texts: parameters of parse()
};

// nullopt: the text is another statement.
//   errors  SYNTAX_ERROR as of the lexer, and when an EXECUTE goes on with something else
Result<std::optional<ExecuteStatement>> parse_execute(std::string_view text);

}  // namespace athena_sql
