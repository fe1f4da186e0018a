// Matching of arguments to the signatures of functions.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "athena_sql/types.h"

namespace athena_sql {

struct Match {
    std::vector<Type> parameters;  // what each argument is coerced to
    Type result;
    int cost = 0;  // arguments that need a conversion
};

// nullopt: these arguments do not fit.
std::optional<Match> match_signature(std::string_view parameters, std::string_view result,
                                     const std::vector<Type>& arguments);
// "abs(bigint)", for messages.
std::string describe_signature(std::string_view name, std::string_view parameters);

}  // namespace athena_sql
