// Running a query through the Athena API and reading its whole result.
#pragma once

#include <string>
#include <vector>

#include "app/api.h"
#include "app/terminal.h"

namespace app {

struct SqlResult {
    std::vector<TableColumn> columns;
    std::vector<TableRow> rows;
    std::int64_t scanned_bytes = 0;
    std::int64_t engine_ms = 0;
    bool statement = false;  // DDL: lines of text, no columns
};

inline constexpr std::size_t sql_rows_max = 1'000'000;  // held in memory by the command line

// Start, wait, page through.
//   errors  invalid (refused or failed: Athena's reason), limit (more than sql_rows_max rows)
base::Result<SqlResult> run_sql(Api& api, const std::string& query, const std::string& database);

}  // namespace app
