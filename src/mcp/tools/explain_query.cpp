// explain_query: what a statement would read, without running it.
#include "mcp/tools/catalog.h"
#include "mcp/tools/estimate.h"

namespace mcp::tools {
namespace {

constexpr std::size_t names_max = 200;  // of columns and of scans in one answer

struct Input {
    std::string sql;
    std::string database;
    std::vector<std::string> parameters;
    static constexpr auto members() {
        return std::tuple{member("sql", &Input::sql, {.required = true, .min = 1, .max = 262'144}),
                          member("database", &Input::database,
                                 {.max = 255, .help = "Of tables without a database in front."}),
                          member("parameters", &Input::parameters,
                                 {.max = 100, .help = "SQL literals for each ? in order."})};
    }
};
struct Output {
    bool valid = false;
    std::optional<std::string> problem;
    std::vector<ScannedTable> tables;
    std::vector<ResultColumn> columns;
    std::optional<std::int64_t> estimated_bytes;
    std::vector<std::string> warnings;
    static constexpr auto members() {
        return std::tuple{
            member("valid", &Output::valid),
            member("problem", &Output::problem),
            member("tables", &Output::tables),
            member("columns", &Output::columns),
            member("estimated_bytes", &Output::estimated_bytes, {.help = "null: not known."}),
            member("warnings", &Output::warnings)};
    }
};

// `all` to its first names_max; `what` is said of the others.
template <class Item>
void shorten(std::vector<Item>& all, const std::string& what, std::vector<std::string>& warnings) {
    if (all.size() <= names_max) return;
    warnings.push_back(plural(static_cast<std::int64_t>(all.size() - names_max), what) +
                       " more are not named here.");
    all.resize(names_max);
}

std::string text_of(const Output& output) {
    std::string text = output.valid ? "Valid." : "Not valid: " + output.problem.value_or("");
    if (output.estimated_bytes)
        text += " Reads about " + human_bytes(*output.estimated_bytes) + ".";
    text += "\n";
    for (const std::string& warning : output.warnings)
        text += "Warning: " + warning + "\n";
    if (output.tables.empty()) return text;
    MarkdownTable table({"table", "partitions read", "of", "objects", "bytes"});
    for (const ScannedTable& one : output.tables) {
        table.add({one.database + "." + one.table, std::to_string(one.partitions_read),
                   one.partitions ? std::to_string(*one.partitions) : "?",
                   std::to_string(one.objects),
                   human_bytes(one.bytes) + (one.complete ? "" : " or more")});
    }
    return text + "\n" + table.text();
}

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    auto held = std::make_shared<ToolAnswer<Output>>(std::move(answer));
    estimate(context, input.sql, input.database, input.parameters, [held](Estimate found) {
        if (found.unknown) return held->fail("It could not be explained: " + found.problem);
        Output output;
        output.valid = found.problem.empty();
        if (!output.valid) output.problem = found.problem;
        output.tables = std::move(found.tables);
        output.columns = std::move(found.columns);
        if (output.valid && found.complete) output.estimated_bytes = found.bytes;
        output.warnings = std::move(found.warnings);
        shorten(output.columns, "result column", output.warnings);
        shorten(output.tables, "read table", output.warnings);
        for (ScannedTable& one : output.tables) {
            if (one.columns.size() <= names_max) continue;
            output.warnings.push_back("Not all columns that are read of " + one.table +
                                      " are named here.");
            one.columns.resize(names_max);
        }
        const std::string text = text_of(output);
        (*held)(output, text);
    });
}

}  // namespace

constinit const Tool explain_query = tool<&run>(
    "explain_query",
    {.title = "Explain query",
     .description = "Checks a statement without running it: whether it is valid, which tables and "
                    "partitions it reads, how many bytes, and what to change. Use it before "
                    "run_query on large tables."});

}  // namespace mcp::tools
