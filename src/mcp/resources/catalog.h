// The real resources and templates, as lists: one word and one file each.
#pragma once

#include "mcp/registry.h"

#define MCP_RESOURCES(X) X(sql_dialect)
#define MCP_TEMPLATES(X) \
    X(catalog_table)     \
    X(query_results)

namespace mcp::resources {

MCP_RESOURCES(MCP_DECLARE_RESOURCE)
MCP_TEMPLATES(MCP_DECLARE_TEMPLATE)

// Of catalog_table's list, all its pages together.
inline constexpr std::size_t listed_tables_max = 1'000;
// Of query_results: a whole result in one message.
inline constexpr std::uint64_t result_bytes_max = 4 * 1024 * 1024;

// "catalog://acme/events"
std::string table_uri(std::string_view database, std::string_view table);

}  // namespace mcp::resources
