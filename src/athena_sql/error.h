// What is wrong with a statement: Trino's error code, its wording, and where in the text.
#pragma once

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"

namespace athena_sql {

// Both count from 1; columns are Unicode code points.
struct Position {
    std::int32_t line = 1;
    std::int32_t column = 1;
    bool operator==(const Position&) const = default;
};

struct SqlError {
    std::string code;     // "SYNTAX_ERROR", "COLUMN_NOT_FOUND", "TYPE_MISMATCH", …
    std::string message;  // without the position
    Position at = {};

    // "line 1:8: Column 'x' cannot be resolved"
    std::string positioned() const {
        return "line " + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message;
    }
    // "COLUMN_NOT_FOUND: line 1:8: …", as Athena's StateChangeReason has it.
    std::string describe() const { return code + ": " + positioned(); }
};

template <class T>
using Result =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, SqlError,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

inline SqlError syntax_error(std::string message, Position at) {
    return {"SYNTAX_ERROR", std::move(message), at};
}
inline SqlError type_mismatch(std::string message, Position at) {
    return {"TYPE_MISMATCH", std::move(message), at};
}
inline SqlError not_supported(std::string message, Position at) {
    return {"NOT_SUPPORTED", std::move(message), at};
}

}  // namespace athena_sql
