// ListTableMetadata. Expression is a pattern as of SHOW TABLES on AWS; ours takes none.
#include "athena_sql/lexer.h"
#include "services/athena/shapes.h"

namespace athena {
namespace list_table_metadata_operation {

struct Input {
    std::string catalog;
    std::string database;
    std::optional<std::string> expression;
    std::optional<std::string> token;
    std::optional<std::int32_t> tables_max;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("CatalogName", &Input::catalog, catalog_rule),
                          aws::member("DatabaseName", &Input::database, database_rule),
                          aws::member("Expression", &Input::expression, {.min = 0, .max = 256}),
                          aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::tables_max, {.min = 1, .max = 50}),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    std::vector<TableMetadata> tables;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("TableMetadataList", &Output::tables),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().find(scope_of(call), input.work_group));
    TRY_VOID(check_catalog(input.catalog));
    if (!input.expression.value_or("").empty()) return faults::not_supported("Expression");
    const Scope scope = scope_of(call);
    const std::string database = athena_sql::to_lower(input.database);
    auto names = athena.catalog().list_tables(scope, database);
    if (!names) return metadata_fault(names.error());
    NamePage page = page_of(std::move(names.value()), input.token,
                            static_cast<std::size_t>(input.tables_max.value_or(50)));
    Output out;
    for (const std::string& name : page.names) {
        const auto table = athena.catalog().find_table(scope, database, name);
        // Dropped since the names were read.
        if (!table && table.error().kind == base::ErrorKind::not_found) continue;
        if (!table) return metadata_fault(table.error());
        out.tables.push_back(to_shape(table.value()));
    }
    out.next_token = std::move(page.next_token);
    return out;
}

}  // namespace list_table_metadata_operation

constinit const aws::Operation list_table_metadata =
    aws::operation<&list_table_metadata_operation::run>("ListTableMetadata");

}  // namespace athena
