// list_tables: the tables of a database, a line each.
#include "mcp/tools/catalog.h"
#include "mcp/tools/partitions.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t catalog_pages_max = 50;
constexpr std::size_t entry_characters = 150;  // members' names, keys, a partition

struct Input {
    std::string database;
    std::string pattern;
    std::string cursor;
    std::int64_t limit = 50;
    static constexpr auto members() {
        return std::tuple{
            member("database", &Input::database,
                   {.required = true, .min = 1, .max = 255, .help = "From list_databases."}),
            member("pattern", &Input::pattern,
                   {.max = 255, .help = "Part of the name, or a pattern with * and ?."}),
            member("cursor", &Input::cursor,
                   {.max = 8192, .help = "next_cursor of the call before."}),
            member("limit", &Input::limit, {.min = 1, .max = 200, .help = "Tables a page."})};
    }
};
struct Table {
    std::string name;
    std::string description;
    std::string format;
    std::vector<std::string> partition_keys;
    std::optional<std::string> time_column;
    std::optional<std::string> newest_partition;
    static constexpr auto members() {
        return std::tuple{
            member("name", &Table::name),
            member("description", &Table::description),
            member("format", &Table::format),
            member("partition_keys", &Table::partition_keys),
            member("time_column", &Table::time_column),
            member("newest_partition", &Table::newest_partition,
                   {.help = "The last one that has objects, such as day=2026-01-31."})};
    }
};
struct Output {
    std::string database;
    std::vector<Table> tables;
    std::optional<std::string> next_cursor;
    std::vector<std::string> notices;
    static constexpr auto members() {
        return std::tuple{
            member("database", &Output::database), member("tables", &Output::tables),
            member("next_cursor", &Output::next_cursor, {.help = "null on the last page."}),
            member("notices", &Output::notices)};
    }
};

struct Work : std::enable_shared_from_this<Work> {
    Work(Context& c, ToolAnswer<Output> a) : context(c), answer(std::move(a)) {}

    void look(std::size_t index) {
        if (index == output.tables.size() || context.is_cancelled()) return finish();
        find_newest_partition(
            context.backend(), tables[index],
            [self = shared_from_this(), index](const std::vector<std::string>& newest) {
                if (!newest.empty()) {
                    self->output.tables[index].newest_partition =
                        partition_name(self->tables[index], newest);
                }
                step(self->context, index, [self, index] { self->look(index + 1); });
            });
    }
    void finish() {
        MarkdownTable table({"table", "format", "partition keys", "time column", "newest partition",
                             "description"});
        for (const Table& one : output.tables) {
            std::string keys;
            for (const std::string& key : one.partition_keys)
                keys += (keys.empty() ? "" : ", ") + key;
            table.add({one.name, one.format, keys, one.time_column.value_or(""),
                       one.newest_partition.value_or(""), one.description});
        }
        std::string text = plural(static_cast<std::int64_t>(output.tables.size()), "table") +
                           " in " + markdown_cell(output.database) +
                           (output.next_cursor ? ", more with next_cursor" : "") + ".\n\n" +
                           table.text();
        for (const std::string& notice : output.notices)
            text += "\nNotice: " + notice;
        answer(output, std::move(text));
    }

    Context& context;
    ToolAnswer<Output> answer;
    std::vector<CatalogTable> tables;
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
        CatalogTable found = read_table(*row);
        length += entry_characters + characters(found.name) +
                  std::min(characters(found.description), line_characters_max);
        if (work->tables.size() == limit ||
            (length > list_characters_max && !work->tables.empty())) {
            work->output.next_cursor =
                make_cursor(work->context, "list_tables", from + work->tables.size());
            break;
        }
        Table shown{
            cut(found.name), cut(found.description, line_characters_max), found.format, {}, {}, {}};
        for (const ColumnInfo& key : found.partition_keys)
            shown.partition_keys.push_back(cut(key.name));
        const std::string time = time_column(found);
        if (!time.empty()) shown.time_column = time;
        work->output.tables.push_back(std::move(shown));
        work->tables.push_back(std::move(found));
    }
    if (!listing.complete) {
        work->output.notices.push_back("The database has more tables than can be listed here.");
    }
    work->look(0);
}

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    const auto from = open_cursor(context, "list_tables", input.cursor);
    if (!from) return answer.fail(bad_cursor);
    auto work = std::make_shared<Work>(context, std::move(answer));
    work->output.database = input.database;
    list_all(context.backend(), "glue", "GetTables",
             {{"DatabaseName", input.database}, {"MaxResults", 100}}, "TableList",
             catalog_pages_max, [work, &input, from](aws::Reply<Listing> reply) {
                 if (reply) return page(work, input, *from, reply.value());
                 if (!is_not_found(reply.error())) {
                     return work->answer.fail(describe(reply.error()));
                 }
                 explain_missing_database(
                     work->context.backend(), input.database,
                     [work](std::string text) { work->answer.fail(std::move(text)); });
             });
}

}  // namespace

constinit const Tool list_tables = tool<&run>(
    "list_tables",
    {.title = "List tables",
     .description = "Tables of a database: format, partition keys, time column and the newest "
                    "partition that holds data. Use describe_table for columns."});

}  // namespace mcp::tools
