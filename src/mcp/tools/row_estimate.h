// How many rows a table has, without reading it: the rows of one object, by the lines in its first
// bytes or by its Parquet footer, scaled by stored bytes to all of them.
#pragma once

#include "mcp/tools/partitions.h"

namespace mcp::tools {

inline constexpr std::uint64_t row_sample_bytes_max = 262'144;         // read of the object at once
inline constexpr std::uint64_t row_sample_text_bytes_max = 8'388'608;  // that it may unpack to

// Lines with something in them.
struct SampledRows {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;  // as stored, that hold them
};
// Of the beginning of an object, plain or gzip; `whole`: it is all of it.
//   errors  what makes it uncountable
base::Result<SampledRows> count_rows(std::string_view bytes, bool whole);

struct RowEstimate {
    std::optional<std::int64_t> rows;
    std::string basis;  // how it was found; or why not
};
void estimate_rows(Backend& backend, const CatalogTable& table, const TableSize& size,
                   base::UniqueFunction<void(RowEstimate)> done);

}  // namespace mcp::tools
