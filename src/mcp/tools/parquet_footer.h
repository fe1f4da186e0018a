// What the end of a Parquet file says: how many rows it has. Thrift's compact encoding, of which
// everything else is skipped.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace mcp::tools {

inline constexpr std::size_t parquet_tail_bytes = 8;  // length of the footer, "PAR1"
inline constexpr int thrift_depth_max = 16;

// How many bytes before the tail the footer has.
//   errors  corrupt: it is no Parquet file, or an encrypted one
base::Result<std::uint32_t> parquet_footer_bytes(std::string_view tail);
// `footer` may end early: the rows come before the row groups, which are the long part.
//   errors  corrupt
base::Result<std::int64_t> parquet_rows(std::string_view footer);

}  // namespace mcp::tools
