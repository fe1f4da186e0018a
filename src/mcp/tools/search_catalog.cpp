// search_catalog: tables and columns by their names and comments.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "mcp/tools/catalog.h"
#include "mcp/tools/table_info.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t catalog_pages_max = 10;  // of databases; and of the tables of each
constexpr std::size_t words_max = 16;

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

std::vector<std::string> words_of(std::string_view query) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : std::string(query) + " ") {
        if (c != ' ' && c != '\t' && c != ',' && c != '\n') {
            word += c;
        } else if (!word.empty()) {
            if (words.size() < words_max) words.push_back(athena_sql::to_lower(word));
            word.clear();
        }
    }
    return words;
}

// How well; 0 is not at all. A name counts more than a comment, the whole name most.
int score(const std::vector<std::string>& words, std::string_view name, std::string_view comment) {
    const std::string low_name = athena_sql::to_lower(name);
    const std::string low_comment = athena_sql::to_lower(comment);
    int total = 0;
    for (const std::string& word : words) {
        if (low_name == word) {
            total += 8;
        } else if (low_name.find(word) != std::string::npos) {
            total += 4;
        } else if (low_comment.find(word) != std::string::npos) {
            total += 1;
        }
    }
    return total;
}

struct Work : std::enable_shared_from_this<Work> {
    Work(Context& c, const Input& i, ToolAnswer<Output> a)
        : context(c), input(i), words(words_of(i.query)), answer(std::move(a)) {}

    void next(std::size_t index) {
        if (index == databases.size() || context.is_cancelled()) return finish();
        list_all(context.backend(), "glue", "GetTables",
                 {{"DatabaseName", databases[index]}, {"MaxResults", 100}}, "TableList",
                 catalog_pages_max, [self = shared_from_this(), index](aws::Reply<Listing> reply) {
                     self->took(self->databases[index], std::move(reply));
                     self->next(index + 1);
                 });
    }
    void took(const std::string& database, aws::Reply<Listing> reply) {
        if (!reply) {
            output.notices.push_back(database +
                                     " could not be searched: " + describe(reply.error()));
            return;
        }
        if (!reply.value().complete) {
            output.notices.push_back(database + " has more tables than were searched.");
        }
        for (const json::value& item : reply.value().items) {
            const json::object* row = item.if_object();
            if (row == nullptr) continue;
            const CatalogTable table = read_table(*row);
            add(score(words, table.name, table.description + " " + database),
                {database, cut(table.name), {}, {}, table.description});
            for (const auto* columns : {&table.columns, &table.partition_keys}) {
                for (const ColumnInfo& column : *columns)
                    add(score(words, column.name, column.comment),
                        {database, cut(table.name), cut(column.name), cut(column.type),
                         column.comment});
            }
        }
    }
    void add(int points, Match match) {
        if (points > 0) found.emplace_back(points, std::move(match));
    }
    void finish() {
        std::stable_sort(found.begin(), found.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        MarkdownTable table({"table", "column", "type", "comment"});
        for (auto& [points, match] : found) {
            const bool full = output.matches.size() == static_cast<std::size_t>(input.limit);
            if (full || !table.add({match.database + "." + match.table, match.column.value_or(""),
                                    match.type.value_or(""), match.comment})) {
                output.truncated = true;
                break;
            }
            output.matches.push_back(std::move(match));
        }
        std::string text = std::to_string(output.matches.size()) + " of " +
                           std::to_string(found.size()) + " matches.";
        if (found.empty()) text += " Try other or shorter words, or list_tables.";
        text += "\n\n" + table.text();
        for (const std::string& notice : output.notices)
            text += "\nNotice: " + notice;
        answer(output, std::move(text));
    }

    Context& context;
    const Input& input;
    const std::vector<std::string> words;
    ToolAnswer<Output> answer;
    std::vector<std::string> databases;
    std::vector<std::pair<int, Match>> found;
    Output output;
};

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    auto work = std::make_shared<Work>(context, input, std::move(answer));
    list_all(context.backend(), "glue", "GetDatabases", {{"MaxResults", 100}}, "DatabaseList",
             catalog_pages_max, [work](aws::Reply<Listing> reply) {
                 if (!reply) return work->answer.fail(describe(reply.error()));
                 for (const json::value& item : reply.value().items) {
                     if (const json::object* row = item.if_object()) {
                         work->databases.push_back(text_at(*row, "Name"));
                     }
                 }
                 work->next(0);
             });
}

}  // namespace

constinit const Tool search_catalog = tool<&run>(
    "search_catalog",
    {.title = "Search catalog",
     .description = "Finds tables and columns by words in their names and comments, the likeliest "
                    "first."});

}  // namespace mcp::tools
