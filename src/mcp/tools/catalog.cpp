#include "mcp/tools/catalog.h"

namespace mcp::tools {

Catalog standard_catalog() {
    Catalog catalog;
    catalog.tools = {MCP_TOOLS(MCP_LIST_ENTRY)};
    catalog.resources = {MCP_RESOURCES(MCP_LIST_ENTRY)};
    catalog.templates = {MCP_TEMPLATES(MCP_LIST_ENTRY)};
    catalog.prompts = {MCP_PROMPTS(MCP_LIST_ENTRY)};
    return catalog;
}

}  // namespace mcp::tools
