// One JSON value into one cell of a DuckDB vector.
#pragma once

#include <simdjson.h>

#include <duckdb.hpp>
#include <string>

namespace sql_worker {

struct JsonValueRules {
    bool case_insensitive = true;
};

// Store `value` at vector[row], converted to the vector's type: numbers and booleans in text
// convert, scalars and structures in a text column are their JSON text. False when it does not
// convert (the cell's state is then unspecified). JSON null is not passed in.
bool store_json(const simdjson::dom::element& value, const duckdb::LogicalType& type,
                const JsonValueRules& rules, duckdb::Vector& vector, duckdb::idx_t row);

// ASCII lower case.
void lower_ascii(std::string& text);

}  // namespace sql_worker
