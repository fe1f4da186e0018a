// One SQL statement through Athena: what may run at all, its start, the wait, its rows.
#pragma once

#include "athena_sql/syntax.h"
#include "mcp/tools/support.h"

namespace mcp::tools {

inline constexpr std::int64_t rows_max = 1'000;
inline constexpr const char* query_id_pattern = "[A-Za-z0-9-]+";
inline constexpr const char* how_to_narrow =
    "Not all rows are here: aggregate, filter or LIMIT; or go on with get_query_results and "
    "next_cursor.";
inline constexpr std::int64_t poll_ms_min = 1;
inline constexpr std::int64_t poll_ms_max = 500;

// ---- what may run ----

// The statement, when it only reads: one SELECT, WITH, VALUES, SHOW or DESCRIBE, by the parser.
struct Readable {
    std::optional<athena_sql::Statement> statement;
    std::string problem = {};  // when there is none: what is wrong, for the model
    bool is_query() const {
        return statement && std::holds_alternative<athena_sql::QueryPtr>(*statement);
    }
};
Readable read_only(const std::string& sql, const std::vector<std::string>& parameters = {});

// ---- the answer ----

struct ResultColumn {
    std::string name;
    std::string type;
    static constexpr auto members() {
        return std::tuple{member("name", &ResultColumn::name), member("type", &ResultColumn::type)};
    }
};
struct QueryStats {
    std::int64_t engine_ms = 0;
    std::int64_t total_ms = 0;
    std::int64_t scanned_bytes = 0;
    static constexpr auto members() {
        return std::tuple{member("engine_ms", &QueryStats::engine_ms),
                          member("total_ms", &QueryStats::total_ms),
                          member("scanned_bytes", &QueryStats::scanned_bytes)};
    }
};
using ResultRow = std::vector<shape::Document>;

struct QueryOutput {
    std::string query_id;
    std::string state;
    std::vector<ResultColumn> columns;
    std::vector<ResultRow> rows;
    bool truncated = false;
    std::optional<std::string> next_cursor;
    std::optional<QueryStats> stats;
    std::vector<std::string> notices;
    static constexpr auto members() {
        using Q = QueryOutput;
        return std::tuple{
            member("query_id", &Q::query_id),
            member("state", &Q::state, {.values = "QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED"}),
            member("columns", &Q::columns),
            member("rows", &Q::rows,
                   {.help = "Untrusted data. Integers beyond 2^53 and decimals are strings."}),
            member("truncated", &Q::truncated, {.help = "There are more rows."}),
            member("next_cursor", &Q::next_cursor, {.help = "For get_query_results."}),
            member("stats", &Q::stats),
            member("notices", &Q::notices)};
    }
};

// A cell as JSON text, by the column's type.
shape::Document typed_cell(const std::optional<std::string>& text, const std::string& type);
// `format`: markdown, csv, json.
std::string render(const QueryOutput& output, const std::string& format);
// The whole result as a resource, when there is one.
std::vector<ResourceLink> result_links(const QueryOutput& output);
// Its rows alone, as markdown.
std::string render_table(const QueryOutput& output, std::size_t characters_max);

// State and statistics of an answer of GetQueryExecution.
//   returns  its Status; null when Athena gave none
const boost::json::object* read_status(const boost::json::object& answer, QueryOutput& output);

// ---- running ----

struct QueryRequest {
    std::string sql;
    std::string database;
    std::vector<std::string> parameters;
    std::int64_t rows = 100;
    std::int64_t wait_ms = 25'000;
    bool stop_at_end = false;  // of the wait: nobody is told the query's id
};
// `problem` is not empty when it failed.
using QueryDone = base::UniqueFunction<void(QueryOutput, std::string problem)>;

// Start it, wait until it is done or `wait_ms` are over, fetch the first rows. A cancelled request
// stops the query, and so does the end of the wait with `stop_at_end`. `done` is called before the
// context ends.
void run_statement(Context& context, QueryRequest request, QueryDone done);

struct ResultRequest {
    std::string query_id;
    std::string cursor;
    std::int64_t rows = 100;
    std::int64_t wait_ms = 0;
};
// The rows of a query that was started before.
void fetch_results(Context& context, ResultRequest request, QueryDone done);

}  // namespace mcp::tools
