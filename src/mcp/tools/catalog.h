// The real tools, resources and prompts, as lists: one word and one file each.
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
#define MCP_RESOURCES(X)
#define MCP_TEMPLATES(X)
#define MCP_PROMPTS(X)

namespace mcp::tools {

MCP_TOOLS(MCP_DECLARE_TOOL)
MCP_RESOURCES(MCP_DECLARE_RESOURCE)
MCP_TEMPLATES(MCP_DECLARE_TEMPLATE)
MCP_PROMPTS(MCP_DECLARE_PROMPT)

// All of them, in the lists' order, with the instructions.
Catalog standard_catalog();

}  // namespace mcp::tools
