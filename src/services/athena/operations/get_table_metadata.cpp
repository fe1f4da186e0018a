// GetTableMetadata.
#include "athena_sql/lexer.h"
#include "services/athena/shapes.h"

namespace athena {
namespace get_table_metadata_operation {

struct Input {
    std::string catalog;
    std::string database;
    std::string table;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("CatalogName", &Input::catalog, catalog_rule),
                          aws::member("DatabaseName", &Input::database, database_rule),
                          aws::member("TableName", &Input::table, database_rule),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    TableMetadata table;
    static constexpr auto members() {
        return std::tuple{aws::member("TableMetadata", &Output::table)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().find(scope_of(call), input.work_group));
    TRY_VOID(check_catalog(input.catalog));
    const auto table = athena.catalog().find_table(
        scope_of(call), athena_sql::to_lower(input.database), athena_sql::to_lower(input.table));
    if (!table) return metadata_fault(table.error());
    return Output{to_shape(table.value())};
}

}  // namespace get_table_metadata_operation

constinit const aws::Operation get_table_metadata =
    aws::operation<&get_table_metadata_operation::run>("GetTableMetadata");

}  // namespace athena
