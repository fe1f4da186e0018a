// The scalar functions that athena_sql's text relies on beside DuckDB's own (sql_engine.h).
#pragma once

#include <duckdb.hpp>

namespace sql_worker {

void register_functions(duckdb::DatabaseInstance& database);

}  // namespace sql_worker
