// Why an execution failed, in AWS's terms: the code in front of StateChangeReason, and category and
// type of the Athena error catalog.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "athena_sql/error.h"
#include "services/athena/rows.h"
#include "sql_engine/sql_engine.h"

namespace athena {

struct Failure {
    std::string reason;  // whole, as StateChangeReason has it
    std::int32_t category = 2;
    std::int32_t type = 1000;
    bool retryable = false;
    bool cancelled = false;
    bool cut_off = false;  // by the work group's limit: CANCELLED, though nobody asked for it

    FailureRow row() const { return {category, type, retryable, reason}; }
};

inline constexpr std::int32_t category_system = 1;
inline constexpr std::int32_t category_user = 2;

// Error types of the catalog.
inline constexpr std::int32_t type_exhausted = 0;
inline constexpr std::int32_t type_internal = 100;
inline constexpr std::int32_t type_engine = 200;
inline constexpr std::int32_t type_timeout = 210;
inline constexpr std::int32_t type_result_write = 401;
inline constexpr std::int32_t type_user = 1000;
inline constexpr std::int32_t type_data = 1001;
inline constexpr std::int32_t type_ddl = 1003;
inline constexpr std::int32_t type_syntax = 1006;

Failure failure_of(const athena_sql::SqlError& error);
Failure failure_of(const sql_engine::QueryFailure& failure);
// DDL: AWS shows what Hive says.
Failure ddl_failure(std::string_view exception, std::string_view message);
Failure semantic_failure(std::string message);
Failure result_failure(const base::Error& error);
Failure internal_failure(std::string message);
Failure cancelled_failure();
// It would scan more than its work group allows a query.
Failure cut_off_failure();

}  // namespace athena
