// Names of the catalog for the arguments `database`, `table` and `column`.
#pragma once

#include "mcp/registry.h"

namespace mcp::completions {

inline constexpr std::size_t name_pages_max = 10;          // of 100, of one listing
inline constexpr std::size_t searched_databases_max = 20;  // for tables without a database

// A Complete. `table` looks into the settled `database`, or into the first databases when there is
// none; `column` needs both. For other arguments, and for what the catalog does not know, nothing.
void complete_names(Context& context, const CompletionRequest& request, CompletionAnswer answer);

}  // namespace mcp::completions
