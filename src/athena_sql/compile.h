// A query's tree to DuckDB text: names resolved against the catalog, every expression typed by
// Trino's rules, and written out again in terms of what sql_engine.h promises. Unknown functions
// and constructs are errors; nothing is passed through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "athena_sql/error.h"
#include "athena_sql/partition_filter.h"
#include "athena_sql/syntax.h"
#include "base/clock.h"

namespace athena_sql {

inline constexpr std::size_t duckdb_text_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t scans_max = 256;
inline constexpr std::size_t translated_expressions_max = 500'000;

struct TableColumn {
    std::string name;  // lower case
    Type type;
    bool partition_key = false;
};

// A table as the catalog has it: its columns, then its partition keys.
struct TableInfo {
    std::string database;
    std::string name;
    std::vector<TableColumn> columns;
};

// What the translation asks of the catalog. Names are lower case.
class CatalogReader {
  public:
    virtual ~CatalogReader() = default;
    virtual base::Result<bool> database_exists(const std::string& database) = 0;
    // nullopt: there is no such table. errors: unsupported, invalid (a column's type cannot be
    // read)
    virtual base::Result<std::optional<TableInfo>> find_table(const std::string& database,
                                                              const std::string& table) = 0;
};

struct CompileOptions {
    std::string database;  // of unqualified tables; "" when the request named none
    base::Timestamp now;   // current_timestamp, one for the whole query
};

enum class ColumnRole : std::uint8_t { table_column, path, file_size, file_modified_time };

struct UsedColumn {
    ColumnRole role = ColumnRole::table_column;
    std::uint32_t index = 0;  // into TableInfo::columns
    bool operator==(const UsedColumn&) const = default;
};

// One reference to a table: scan N of the text is scans[N].
struct TableScan {
    TableInfo table;
    std::vector<UsedColumn> columns;  // c0, c1, … of the text; only what is needed
    PartitionFilter filter;           // over the partition keys, in their order
};

struct OutputColumn {
    std::string name;
    Type type;
};

struct CompiledQuery {
    std::string sql;
    std::vector<TableScan> scans;
    std::vector<OutputColumn> columns;
};

// `text` is what `query` was parsed from: errors quote from it.
//   errors  SCHEMA_NOT_FOUND, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, AMBIGUOUS_NAME,
//   FUNCTION_NOT_FOUND,
//           TYPE_MISMATCH, EXPRESSION_NOT_AGGREGATE, NOT_SUPPORTED, …, positioned
Result<CompiledQuery> compile(const Query& query, std::string_view text, CatalogReader& catalog,
                              const CompileOptions& options);

}  // namespace athena_sql
