// The Expression of GetPartitions: a predicate over partition keys.
//
//   year = '2026' AND (month IN ('01', '02') OR day BETWEEN 1 AND 7) AND NOT hour LIKE '2%'
//
// Comparisons = <> != < <= > >=, IN, BETWEEN, LIKE, IS NULL, each also with NOT; AND, OR, NOT,
// parentheses. One side of a comparison is a key (bare, `quoted` or "quoted", case ignored), the
// other a literal: 'text', a number, or DATE/TIMESTAMP 'text'. A key compares by its Hive type:
// integers and decimals by value, everything else as text. A value that is null
// (__HIVE_DEFAULT_PARTITION__) or no number of the key's type is unknown, as in SQL.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/glue/shapes.h"

namespace glue {

// Nested parentheses and NOTs.
inline constexpr std::size_t expression_depth_max = 100;
inline constexpr std::string_view null_partition_value = "__HIVE_DEFAULT_PARTITION__";

enum class Truth { no, unknown, yes };

class Expression {
  public:
    virtual ~Expression() = default;
    // `values` in the order of the keys it was parsed with, as many as those.
    virtual Truth test(std::span<const std::string> values) const = 0;
};

// errors  invalid, with the position (1-based) of what is wrong
base::Result<std::unique_ptr<Expression>> parse_expression(std::string_view text,
                                                           std::span<const Column> keys);

}  // namespace glue
