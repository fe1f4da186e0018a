// datastack sql "SELECT …": through the Athena API; a table, --json or --csv.
#include "app/verbs/sql.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/verbs/verb.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;
namespace json = boost::json;

constexpr useconds_t poll_us_first = 1'000;
constexpr useconds_t poll_us_max = 100'000;

std::string text_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::int64_t number_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

base::Result<json::object> wait_for_end(Api& api, const std::string& id) {
    useconds_t pause_us = poll_us_first;
    for (;;) {
        TRY(answer, api.call(athena_api, "GetQueryExecution", {{"QueryExecutionId", id}}));
        const auto& execution = answer.as_object().at("QueryExecution").as_object();
        const auto& status = execution.at("Status").as_object();
        const std::string state = text_of(status, "State");
        if (state == "SUCCEEDED") return execution;
        if (state == "FAILED" || state == "CANCELLED") {
            std::string reason = text_of(status, "StateChangeReason");
            return Error{ErrorKind::invalid, reason.empty() ? "the query was " + state : reason,
                         ""};
        }
        ::usleep(pause_us);
        pause_us = std::min(pause_us * 2, poll_us_max);
    }
}

bool is_number(const std::string& type) {
    for (const char* number :
         {"tinyint", "smallint", "integer", "bigint", "float", "double", "decimal"}) {
        if (type == number) return true;
    }
    return false;
}

void take_page(const json::object& result_set, bool skip_header, SqlResult& result) {
    const auto* rows = result_set.if_contains("Rows");
    if (rows == nullptr) return;
    bool first = skip_header;
    for (const auto& row : rows->as_array()) {
        if (std::exchange(first, false)) continue;
        auto& cells = result.rows.emplace_back();
        const auto* data = row.as_object().if_contains("Data");
        if (data == nullptr) continue;
        for (const auto& cell : data->as_array()) {
            const auto* text = cell.as_object().if_contains("VarCharValue");
            cells.push_back(text != nullptr ? std::optional(std::string(text->as_string()))
                                            : std::nullopt);
        }
    }
}

void print_csv(const SqlResult& result) {
    const auto quote = [](const std::string& text) {
        std::string out = "\"";
        for (const char c : text)
            out += c == '"' ? std::string("\"\"") : std::string(1, c);
        return out + "\"";
    };
    std::string out;
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
        out += (i > 0 ? "," : "") + quote(result.columns[i].title);
    }
    if (!result.columns.empty()) out += "\n";
    for (const TableRow& row : result.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += (i > 0 ? "," : "") + (row[i] ? quote(*row[i]) : "");
        }
        out += "\n";
    }
    std::fputs(out.c_str(), stdout);
}

void print_json(const SqlResult& result) {
    for (const TableRow& row : result.rows) {
        json::object object;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string name = i < result.columns.size() ? result.columns[i].title : "line";
            object[name] = row[i] ? json::value(*row[i]) : json::value(nullptr);
        }
        std::puts(json::serialize(object).c_str());
    }
}

base::Result<int> run(const VerbContext& context) {
    TRY(api, Api::open(context.settings, context.files, context.clock, context.random));
    TRY(result, run_sql(*api, context.arguments.rest.at(0), context.value("--database")));
    if (context.is_on("--json")) {
        print_json(result);
    } else if (context.is_on("--csv")) {
        print_csv(result);
    } else if (result.columns.empty()) {
        for (const TableRow& row : result.rows)
            std::puts(row.empty() ? "" : row[0].value_or("").c_str());
    } else {
        std::fputs(format_table(context.terminal, result.columns, result.rows).c_str(), stdout);
        std::puts(styled(context.terminal, Style::dim,
                         with_separators(result.rows.size()) +
                             (result.rows.size() == 1 ? " row, " : " rows, ") +
                             std::to_string(result.engine_ms) + " ms, " +
                             format_bytes(static_cast<std::uint64_t>(result.scanned_bytes)) +
                             " scanned")
                      .c_str());
    }
    return 0;
}

void declare(CLI::App& command, VerbArguments& arguments) {
    command.add_option("query", arguments.rest, "one statement in Athena's SQL")
        ->required()
        ->expected(1);
    command.add_option("--database", arguments.values["--database"], "for names without one");
    command.add_flag("--csv", arguments.switches["--csv"], "comma-separated values");
}

}  // namespace

base::Result<SqlResult> run_sql(Api& api, const std::string& query, const std::string& database) {
    json::object input = {{"QueryString", query}, {"WorkGroup", "primary"}};
    if (!database.empty()) input["QueryExecutionContext"] = {{"Database", database}};
    TRY(started, api.call(athena_api, "StartQueryExecution", input));
    const std::string id = text_of(started.as_object(), "QueryExecutionId");
    TRY(execution, wait_for_end(api, id));

    SqlResult result;
    result.statement = text_of(execution, "StatementType") != "DML";
    if (const auto* statistics = execution.if_contains("Statistics")) {
        result.scanned_bytes = number_of(statistics->as_object(), "DataScannedInBytes");
        result.engine_ms = number_of(statistics->as_object(), "EngineExecutionTimeInMillis");
    }
    std::string token;
    do {
        json::object page_input = {{"QueryExecutionId", id}, {"MaxResults", 1000}};
        if (!token.empty()) page_input["NextToken"] = token;
        TRY(page, api.call(athena_api, "GetQueryResults", page_input));
        const auto& result_set = page.as_object().at("ResultSet").as_object();
        if (token.empty() && !result.statement) {
            const auto& metadata = result_set.at("ResultSetMetadata").as_object();
            for (const auto& column : metadata.at("ColumnInfo").as_array()) {
                result.columns.push_back({text_of(column.as_object(), "Name"),
                                          is_number(text_of(column.as_object(), "Type"))});
            }
        }
        take_page(result_set, token.empty() && !result.statement, result);
        if (result.rows.size() > sql_rows_max) {
            return Error{ErrorKind::limit,
                         "more than " + with_separators(sql_rows_max) +
                             " rows: narrow the query, or read the result from S3",
                         ""};
        }
        token = text_of(page.as_object(), "NextToken");
    } while (!token.empty());
    return result;
}

const Verb sql_verb = {"sql", "run one SQL statement and show its rows", declare, run};

}  // namespace app
