// What prompts bring along from the catalog.
#pragma once

#include "mcp/prompts/catalog.h"
#include "mcp/tools/table_info.h"

namespace mcp::prompts {

struct TableName {
    std::string database;
    std::string table;
    bool operator==(const TableName&) const = default;
};
struct Pages {
    std::vector<PromptMessage> messages = {};  // an embedded resource each
    std::vector<std::string> notes = {};       // what could not be fetched, for the model
    std::string missing = {};                  // not empty: a name is wrong, and which are near
};
using PagesDone = base::UniqueFunction<void(Pages)>;

// The pages of these tables, in order.
void fetch_pages(Context& context, std::vector<TableName> tables, PagesDone done);
// The tables of a database as one text.
void fetch_list(Context& context, const std::string& database, PagesDone done);

// "`text`", on one line, for a prompt's own sentences.
std::string shown(std::string_view text);
// -32602, as prompts/get answers wrong arguments.
RpcError wrong_argument(std::string message);

}  // namespace mcp::prompts
