// JSON lines into rows of a DuckDB chunk, by the rules of the SerDe (sql_engine.h, JsonOptions).
#pragma once

#include <duckdb.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql_engine/protocol.h"

namespace sql_worker {

// A row that fails the query, as "CODE: message" without the object's name.
struct RowError {
    std::string text;
};

// One output column that is filled from a field of the data.
struct FieldColumn {
    std::size_t output = 0;  // index in the chunk
    std::string name;        // of the column, for errors
    std::string field;       // of the data
    duckdb::LogicalType type;
};

class JsonRows {
  public:
    JsonRows(const sql_engine::protocol::TableScan& scan, std::vector<FieldColumn> columns);
    ~JsonRows();

    // Make rows [0, count) of the columns NULL before they are filled.
    void clear(duckdb::DataChunk& chunk, duckdb::idx_t count) const;
    // Fill row `row` from a line, behind which line_padding_bytes are readable. Throws RowError.
    void fill(duckdb::DataChunk& chunk, duckdb::idx_t row, std::string_view line);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sql_worker
