// The real tools, as a list: one word and one file each; and the whole catalog.
#pragma once

#include "mcp/registry.h"

#define MCP_TOOLS(X)     \
    X(list_databases)    \
    X(list_tables)       \
    X(search_catalog)    \
    X(describe_table)    \
    X(column_values)     \
    X(explain_query)     \
    X(run_query)         \
    X(get_query_results) \
    X(stream_status)

namespace mcp::tools {

MCP_TOOLS(MCP_DECLARE_TOOL)

// All of them, and resources and prompts, in the lists' order, with the instructions.
Catalog standard_catalog();

}  // namespace mcp::tools
