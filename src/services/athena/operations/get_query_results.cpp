// GetQueryResults: a page of the result object. The header row of a SELECT is the first row of the
// first page and counts toward MaxResults.
#include <charconv>

#include "services/athena/result_file.h"
#include "services/athena/shapes.h"

namespace athena {
namespace get_query_results_operation {

struct Input {
    std::string id;
    std::optional<std::string> token;
    std::optional<std::int32_t> rows_max;
    std::optional<std::string> result_type;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutionId", &Input::id, execution_id_rule),
                          aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::rows_max, {.min = 1, .max = 1000}),
                          aws::member("QueryResultType", &Input::result_type,
                                      {.values = "DATA_MANIFEST, DATA_ROWS"})};
    }
};
struct Datum {
    std::optional<std::string> value;  // absent: NULL
    static constexpr auto members() {
        return std::tuple{aws::member("VarCharValue", &Datum::value)};
    }
};
struct Row {
    std::vector<Datum> data;
    static constexpr auto members() { return std::tuple{aws::member("Data", &Row::data)}; }
};
struct ColumnInfo {
    std::string catalog = "hive";
    std::string schema;
    std::string table;
    std::string name;
    std::string label;
    std::string type;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    std::string nullable = "UNKNOWN";
    bool case_sensitive = false;
    static constexpr auto members() {
        using C = ColumnInfo;
        return std::tuple{aws::member("CatalogName", &C::catalog),
                          aws::member("SchemaName", &C::schema),
                          aws::member("TableName", &C::table),
                          aws::member("Name", &C::name),
                          aws::member("Label", &C::label),
                          aws::member("Type", &C::type),
                          aws::member("Precision", &C::precision),
                          aws::member("Scale", &C::scale),
                          aws::member("Nullable", &C::nullable),
                          aws::member("CaseSensitive", &C::case_sensitive)};
    }
};
struct Metadata {
    std::vector<ColumnInfo> columns;
    static constexpr auto members() {
        return std::tuple{aws::member("ColumnInfo", &Metadata::columns)};
    }
};
struct ResultSet {
    std::vector<Row> rows;
    Metadata metadata;
    static constexpr auto members() {
        return std::tuple{aws::member("Rows", &ResultSet::rows),
                          aws::member("ResultSetMetadata", &ResultSet::metadata)};
    }
};
struct Output {
    std::int64_t update_count = 0;
    ResultSet result;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("UpdateCount", &Output::update_count),
                          aws::member("ResultSet", &Output::result),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<ExecutionRow> finished_row(const Athena& athena, const aws::Call& call,
                                      const std::string& id) {
    auto row = athena.find(scope_of(call), id);
    if (!row) return faults::internal(row.error());
    if (!row.value()) return faults::no_execution(id);
    const std::string& state = row.value()->state;
    if (!row.value()->finished()) {
        return faults::invalid_request("Query has not yet finished. Current state: " + state,
                                       "INVALID_QUERY_EXECUTION_STATE");
    }
    if (state != state_succeeded) {
        return faults::invalid_request(
            "Query did not finish successfully. Final query state: " + state,
            "INVALID_QUERY_EXECUTION_STATE");
    }
    return std::move(*row.value());
}

aws::Reply<std::uint64_t> offset_of(const std::optional<std::string>& token) {
    std::uint64_t offset = 0;
    if (!token) return offset;
    const auto [end, error] = std::from_chars(token->data(), token->data() + token->size(), offset);
    if (error != std::errc{} || end != token->data() + token->size()) {
        return faults::invalid_request("The next token is not valid");
    }
    return offset;
}

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    if (input.result_type.value_or("DATA_ROWS") != "DATA_ROWS") {
        return faults::not_supported("QueryResultType DATA_MANIFEST");
    }
    TRY(row, finished_row(athena, call, input.id));
    TRY(offset, offset_of(input.token));
    const auto reader = athena.objects().open_object(row.output_bucket, row.output_key);
    if (!reader && reader.error().kind == base::ErrorKind::not_found) {
        return faults::invalid_request("Could not find results", "INVALID_QUERY_EXECUTION_STATE");
    }
    if (!reader) return faults::internal(reader.error());
    const auto rows_max = static_cast<std::size_t>(input.rows_max.value_or(1000));
    auto page = row.header ? read_csv_page(*reader.value(), offset, rows_max)
                           : read_text_page(*reader.value(), offset, rows_max);
    if (!page && (page.error().kind == base::ErrorKind::corrupt ||
                  page.error().kind == base::ErrorKind::limit)) {
        return faults::invalid_request(page.error().message + " (" + page.error().context + ")");
    }
    if (!page) return faults::internal(page.error());
    Output out;
    for (ResultRow& cells : page.value().rows) {
        Row shown;
        for (auto& cell : cells)
            shown.data.push_back({std::move(cell)});
        out.result.rows.push_back(std::move(shown));
    }
    for (const ColumnRow& column : row.columns) {
        ColumnInfo info;
        info.name = column.name;
        info.label = column.name;
        info.type = column.type;
        info.precision = column.precision;
        info.scale = column.scale;
        info.case_sensitive = column.case_sensitive;
        out.result.metadata.columns.push_back(std::move(info));
    }
    if (page.value().next_offset) out.next_token = std::to_string(*page.value().next_offset);
    return out;
}

}  // namespace get_query_results_operation

constinit const aws::Operation get_query_results =
    aws::operation<&get_query_results_operation::run>("GetQueryResults");

}  // namespace athena
