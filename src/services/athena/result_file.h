// Result objects: a SELECT's CSV and a statement's text, written and read back a page at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "object_store/object_store.h"
#include "services/athena/rows.h"
#include "sql_engine/sql_engine.h"

namespace athena {

inline constexpr std::size_t result_row_bytes_max = 16 * 1024 * 1024;
inline constexpr std::size_t result_page_bytes_target = 4 * 1024 * 1024;  // a page ends after it

// Every value quoted, '"' doubled, NULL empty without quotes, '\n' after each line.
void append_csv_header(std::string& out, const std::vector<ColumnRow>& columns);
void append_csv_row(std::string& out, const sql_engine::ResultBatch& batch, std::size_t row);

// What stands beside the result: the columns, as JSON.
std::string result_metadata(const ExecutionRow& row);

using ResultRow = std::vector<std::optional<std::string>>;

struct ResultPage {
    std::vector<ResultRow> rows;
    std::optional<std::uint64_t> next_offset;  // absent: that was all
};

// Up to rows_max rows of a CSV from the byte `offset`, which is where a row begins.
//   errors  corrupt: not what append_csv_row writes; limit: a row is longer than the maximum
base::Result<ResultPage> read_csv_page(const object_store::ObjectReader& reader,
                                       std::uint64_t offset, std::size_t rows_max);
// The same of a text: each line is a row of one value.
base::Result<ResultPage> read_text_page(const object_store::ObjectReader& reader,
                                        std::uint64_t offset, std::size_t rows_max);

}  // namespace athena
