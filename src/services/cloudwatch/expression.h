// Metric math as written in GetMetricData: `100 * errors / SUM([ok, errors])`. Pure.
//
//   expression  = term { ("+" | "-") term }
//   term        = factor { ("*" | "/") factor }
//   factor      = "-" factor | number | id | FUNCTION "(" [ expression { "," expression } ] ")"
//               | "[" expression { "," expression } "]" | "(" expression ")" | REPEAT | LINEAR
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cloudwatch {

inline constexpr std::size_t expression_chars_max = 2'048;
inline constexpr std::size_t expression_depth_max = 64;

struct Expression {
    enum class Kind : std::uint8_t {
        number,
        id,        // of another query, in `text`
        keyword,   // REPEAT, LINEAR in `text`
        negation,  // one operand
        binary,    // `text` is the operator; two operands
        function,  // `text` is the name
        list,
    };
    Kind kind = Kind::number;
    double number = 0;
    std::string text;
    std::vector<Expression> operands;
};

//   errors  invalid, with what is wrong and where; unsupported, naming what AWS has and we have not
base::Result<Expression> parse_expression(std::string_view text);

// The ids that an expression names, each once.
std::vector<std::string> ids_of(const Expression& expression);

}  // namespace cloudwatch
