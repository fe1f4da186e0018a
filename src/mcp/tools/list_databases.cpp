// list_databases: the databases of the catalog, with their number of tables.
#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t catalog_pages_max = 20;
constexpr std::size_t table_pages_max = 10;
constexpr std::size_t entry_characters = 50;  // members' names, the number

struct Input {
    std::string pattern;
    std::string cursor;
    std::int64_t limit = 50;
    static constexpr auto members() {
        return std::tuple{
            member("pattern", &Input::pattern,
                   {.max = 255, .help = "Part of the name, or a pattern with * and ?."}),
            member("cursor", &Input::cursor,
                   {.max = 8192, .help = "next_cursor of the call before."}),
            member("limit", &Input::limit, {.min = 1, .max = 200, .help = "Databases a page."})};
    }
};
struct Database {
    std::string name;
    std::string description;
    std::optional<std::int64_t> tables;
    static constexpr auto members() {
        return std::tuple{
            member("name", &Database::name), member("description", &Database::description),
            member("tables", &Database::tables, {.help = "How many; null when not known."})};
    }
};
struct Output {
    std::vector<Database> databases;
    std::optional<std::string> next_cursor;
    std::vector<std::string> notices;
    static constexpr auto members() {
        return std::tuple{
            member("databases", &Output::databases),
            member("next_cursor", &Output::next_cursor, {.help = "null on the last page."}),
            member("notices", &Output::notices)};
    }
};

struct Work : std::enable_shared_from_this<Work> {
    Work(Context& c, ToolAnswer<Output> a) : context(c), answer(std::move(a)) {}

    void count(std::size_t index) {
        if (index == output.databases.size() || context.is_cancelled()) return finish();
        list_all(context.backend(), "glue", "GetTables",
                 {{"DatabaseName", output.databases[index].name}, {"MaxResults", 100}}, "TableList",
                 table_pages_max, [self = shared_from_this(), index](aws::Reply<Listing> reply) {
                     if (reply && reply.value().complete) {
                         self->output.databases[index].tables =
                             static_cast<std::int64_t>(reply.value().items.size());
                     } else {
                         self->output.notices.push_back(
                             "The tables of " + self->output.databases[index].name +
                             " could not be counted" +
                             (reply ? "." : ": " + describe(reply.error())));
                     }
                     step(self->context, index, [self, index] { self->count(index + 1); });
                 });
    }
    void finish() {
        MarkdownTable table({"database", "tables", "description"});
        for (const Database& one : output.databases)
            table.add({one.name, one.tables ? std::to_string(*one.tables) : "?", one.description});
        std::string text = plural(static_cast<std::int64_t>(output.databases.size()), "database") +
                           (output.next_cursor ? ", more with next_cursor" : "") + ".\n\n" +
                           table.text();
        for (const std::string& notice : output.notices)
            text += "\nNotice: " + notice;
        answer(output, std::move(text));
    }

    Context& context;
    ToolAnswer<Output> answer;
    Output output;
};

void page(const std::shared_ptr<Work>& work, const Input& input, std::size_t from,
          const Listing& listing) {
    std::size_t seen = 0;
    std::size_t length = 0;
    const auto limit = static_cast<std::size_t>(input.limit);
    for (const json::value& item : listing.items) {
        const json::object* row = item.if_object();
        if (row == nullptr || !matches(input.pattern, text_at(*row, "Name"))) continue;
        if (seen++ < from) continue;
        Database shown{cut(text_at(*row, "Name")),
                       cut(text_at(*row, "Description"), line_characters_max), std::nullopt};
        length += entry_characters + characters(shown.name) + characters(shown.description);
        const std::size_t count = work->output.databases.size();
        if (count == limit || (length > list_characters_max && count > 0)) {
            work->output.next_cursor = make_cursor(work->context, "list_databases", from + count);
            break;
        }
        work->output.databases.push_back(std::move(shown));
    }
    if (!listing.complete) {
        work->output.notices.push_back("The catalog has more databases than can be listed here.");
    }
    work->count(0);
}

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    const auto from = open_cursor(context, "list_databases", input.cursor);
    if (!from) return answer.fail(bad_cursor);
    auto work = std::make_shared<Work>(context, std::move(answer));
    list_all(context.backend(), "glue", "GetDatabases", {{"MaxResults", 100}}, "DatabaseList",
             catalog_pages_max, [work, &input, from](aws::Reply<Listing> reply) {
                 if (!reply) return work->answer.fail(describe(reply.error()));
                 page(work, input, *from, reply.value());
             });
}

}  // namespace

constinit const Tool list_databases = tool<&run>(
    "list_databases",
    {.title = "List databases",
     .description = "Databases of the data catalog with their descriptions and numbers of tables. "
                    "Begin here, or with search_catalog when you know what you look for."});

}  // namespace mcp::tools
