// A table of the catalog as a page of markdown.
#pragma once

#include "mcp/tools/table_info.h"

namespace mcp::resources {

struct TablePage {
    std::string text = {};     // "" when there is none
    std::string problem = {};  // then why, for a reader
    bool missing = false;      // and whether it is because the table is not there
};
// Columns that do not fit into `characters_max` are left out, and it says so.
void make_table_page(Backend& backend, const std::string& database, const std::string& table,
                     std::size_t characters_max, base::UniqueFunction<void(TablePage)> done);

}  // namespace mcp::resources
