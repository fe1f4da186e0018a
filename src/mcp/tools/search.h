// Finding tables and columns by words in their names and comments.
#pragma once

#include "mcp/tools/table_info.h"

namespace mcp::tools {

struct CatalogMatch {
    int points = 0;
    std::string database;
    std::string table;
    std::optional<std::string> column;  // absent: the table itself
    std::optional<std::string> type;
    std::string comment;
};
struct SearchResult {
    std::vector<CatalogMatch> matches;  // the likeliest first
    std::vector<std::string> notices;   // what could not be searched
};

// At most 16 words of `query`, lower case.
std::vector<std::string> words_of(std::string_view query);
// Looks through `database`, or through all when it is "".
//   errors  those of Glue's GetDatabases
void search_tables(Context& context, std::vector<std::string> words, std::string database,
                   base::UniqueFunction<void(aws::Reply<SearchResult>)> done);

}  // namespace mcp::tools
