// The real prompts, as a list: one word and one file each.
#pragma once

#include "mcp/registry.h"

#define MCP_PROMPTS(X) \
    X(explore_dataset) \
    X(investigate)

namespace mcp::prompts {

MCP_PROMPTS(MCP_DECLARE_PROMPT)

inline constexpr std::size_t pages_max = 3;                 // tables shown in one prompt
inline constexpr std::size_t page_characters_max = 10'000;  // of the columns of each
inline constexpr std::size_t listed_tables_max = 50;        // named in one

}  // namespace mcp::prompts
