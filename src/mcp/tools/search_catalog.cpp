// search_catalog: tables and columns by their names and comments.
#include "mcp/tools/catalog.h"
#include "mcp/tools/search.h"

namespace mcp::tools {
namespace {

struct Input {
    std::string query;
    std::int64_t limit = 20;
    static constexpr auto members() {
        return std::tuple{member("query", &Input::query,
                                 {.required = true,
                                  .min = 1,
                                  .max = 500,
                                  .help = "Words that names or comments contain."}),
                          member("limit", &Input::limit, {.min = 1, .max = 100})};
    }
};
struct Match {
    std::string database;
    std::string table;
    std::optional<std::string> column;
    std::optional<std::string> type;
    std::string comment;
    static constexpr auto members() {
        return std::tuple{member("database", &Match::database), member("table", &Match::table),
                          member("column", &Match::column, {.help = "null: the table itself."}),
                          member("type", &Match::type), member("comment", &Match::comment)};
    }
};
struct Output {
    std::vector<Match> matches;
    bool truncated = false;
    std::vector<std::string> notices;
    static constexpr auto members() {
        return std::tuple{member("matches", &Output::matches),
                          member("truncated", &Output::truncated),
                          member("notices", &Output::notices)};
    }
};

void finish(const Input& input, SearchResult found, ToolAnswer<Output>& answer) {
    Output output;
    output.notices = std::move(found.notices);
    MarkdownTable table({"table", "column", "type", "comment"});
    for (CatalogMatch& match : found.matches) {
        const bool full = output.matches.size() == static_cast<std::size_t>(input.limit);
        if (full || !table.add({match.database + "." + match.table, match.column.value_or(""),
                                match.type.value_or(""), match.comment})) {
            output.truncated = true;
            break;
        }
        output.matches.push_back({std::move(match.database), std::move(match.table),
                                  std::move(match.column), std::move(match.type),
                                  std::move(match.comment)});
    }
    std::string text = std::to_string(output.matches.size()) + " of " +
                       std::to_string(found.matches.size()) + " matches.";
    if (found.matches.empty()) text += " Try other or shorter words, or list_tables.";
    if (output.truncated) text += " More words narrow it.";
    text += "\n\n" + table.text();
    for (const std::string& notice : output.notices)
        text += "\nNotice: " + notice;
    answer(output, std::move(text));
}

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    auto held = std::make_shared<ToolAnswer<Output>>(std::move(answer));
    search_tables(context, words_of(input.query), "",
                  [held, &input](aws::Reply<SearchResult> found) {
                      if (!found) return held->fail(describe(found.error()));
                      finish(input, std::move(found).value(), *held);
                  });
}

}  // namespace

constinit const Tool search_catalog = tool<&run>(
    "search_catalog",
    {.title = "Search catalog",
     .description = "Finds tables and columns by words in their names and comments, the likeliest "
                    "first."});

}  // namespace mcp::tools
