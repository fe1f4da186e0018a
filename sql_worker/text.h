// Values in Trino's text form, as Athena writes them to results (sql_engine.h, ResultBatch).
#pragma once

#include <duckdb.hpp>
#include <string>

#include "athena_sql/types.h"

namespace sql_worker {

// Java's Double.toString and Float.toString: the shortest digits that read back; plain from 1e-3
// up to below 1e7, otherwise d.dE±n: "12.0", "1.0E10", "NaN", "Infinity".
std::string java_text(double value);
std::string java_text(float value);
// Trino's CAST(double AS varchar): always "d.dE±n", zero is "0E0".
std::string trino_cast_text(double value);
std::string trino_cast_text(float value);

// Append the text of a value that is not NULL. `value` has the type duckdb_name(type).
void append_text(std::string& out, const duckdb::Value& value, const athena_sql::Type& type);

// Appends cells [row] of a flat or constant vector without going through Value where it can.
class CellFormatter {
  public:
    CellFormatter(const athena_sql::Type& type, duckdb::Vector& vector, duckdb::idx_t count);
    bool is_null(duckdb::idx_t row) const;
    void append(std::string& out, duckdb::idx_t row) const;

  private:
    const athena_sql::Type& type_;
    duckdb::Vector& vector_;
    duckdb::UnifiedVectorFormat format_;
};

}  // namespace sql_worker
