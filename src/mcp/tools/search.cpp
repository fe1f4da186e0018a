#include "mcp/tools/search.h"

#include <algorithm>

#include "athena_sql/lexer.h"

namespace mcp::tools {

namespace json = boost::json;

namespace {

constexpr std::size_t catalog_pages_max = 10;  // of databases; and of the tables of each
constexpr std::size_t words_max = 16;

bool contains(std::string_view text, std::string_view word) {
    if (text.find(word) != std::string_view::npos) return true;
    // "events" means event_type too.
    const bool plural = word.size() > 3 && word.ends_with('s');
    return plural && text.find(word.substr(0, word.size() - 1)) != std::string_view::npos;
}

// How well; 0 is not at all. A name counts more than a comment, the whole name most.
int score(const std::vector<std::string>& words, std::string_view name, std::string_view comment) {
    const std::string low_name = athena_sql::to_lower(name);
    const std::string low_comment = athena_sql::to_lower(comment);
    int total = 0;
    for (const std::string& word : words) {
        if (low_name == word) {
            total += 8;
        } else if (contains(low_name, word)) {
            total += 4;
        } else if (contains(low_comment, word)) {
            total += 1;
        }
    }
    return total;
}

struct Search : std::enable_shared_from_this<Search> {
    Search(Context& c, std::vector<std::string> w,
           base::UniqueFunction<void(aws::Reply<SearchResult>)> d)
        : context(c), words(std::move(w)), done(std::move(d)) {}

    void next(std::size_t index) {
        if (index == databases.size() || context.is_cancelled()) return finish();
        list_all(context.backend(), "glue", "GetTables",
                 {{"DatabaseName", databases[index]}, {"MaxResults", 100}}, "TableList",
                 catalog_pages_max, [self = shared_from_this(), index](aws::Reply<Listing> reply) {
                     self->took(self->databases[index], std::move(reply));
                     step(self->context, index, [self, index] { self->next(index + 1); });
                 });
    }
    void took(const std::string& database, aws::Reply<Listing> reply) {
        if (!reply) {
            result.notices.push_back(database +
                                     " could not be searched: " + describe(reply.error()));
            return;
        }
        if (!reply.value().complete) {
            result.notices.push_back(database + " has more tables than were searched.");
        }
        for (const json::value& item : reply.value().items) {
            const json::object* row = item.if_object();
            if (row == nullptr) continue;
            const CatalogTable table = read_table(*row);
            add({score(words, table.name, table.description + " " + database),
                 database,
                 cut(table.name),
                 {},
                 {},
                 table.description});
            for (const auto* columns : {&table.columns, &table.partition_keys}) {
                for (const ColumnInfo& column : *columns)
                    add({score(words, column.name, column.comment), database, cut(table.name),
                         cut(column.name), cut(column.type), column.comment});
            }
        }
    }
    void add(CatalogMatch match) {
        if (match.points > 0) result.matches.push_back(std::move(match));
    }
    void finish() {
        std::stable_sort(result.matches.begin(), result.matches.end(),
                         [](const auto& a, const auto& b) { return a.points > b.points; });
        done(std::move(result));
    }

    Context& context;
    const std::vector<std::string> words;
    base::UniqueFunction<void(aws::Reply<SearchResult>)> done;
    std::vector<std::string> databases;
    SearchResult result;
};

}  // namespace

std::vector<std::string> words_of(std::string_view query) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : std::string(query) + " ") {
        if (std::string_view(" \t\n\r.,;:?!\"'()").find(c) == std::string_view::npos) {
            word += c;
        } else if (!word.empty()) {
            if (words.size() < words_max) words.push_back(athena_sql::to_lower(word));
            word.clear();
        }
    }
    return words;
}

void search_tables(Context& context, std::vector<std::string> words, std::string database,
                   base::UniqueFunction<void(aws::Reply<SearchResult>)> done) {
    auto search = std::make_shared<Search>(context, std::move(words), std::move(done));
    if (!database.empty()) {
        search->databases.push_back(std::move(database));
        return search->next(0);
    }
    list_all(context.backend(), "glue", "GetDatabases", {{"MaxResults", 100}}, "DatabaseList",
             catalog_pages_max, [search](aws::Reply<Listing> reply) {
                 if (!reply) return search->done(std::move(reply).error());
                 for (const json::value& item : reply.value().items) {
                     if (const json::object* row = item.if_object()) {
                         search->databases.push_back(text_at(*row, "Name"));
                     }
                 }
                 if (!reply.value().complete) {
                     search->result.notices.emplace_back("Not all databases were searched.");
                 }
                 search->next(0);
             });
}

}  // namespace mcp::tools
