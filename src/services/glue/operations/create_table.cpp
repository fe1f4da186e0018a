// CreateTable.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace create_table_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::optional<std::string> name;
    std::optional<TableInput> table;
    std::vector<shape::Document> partition_indexes;
    std::optional<shape::Document> transaction;
    std::optional<shape::Document> open_table_format;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("Name", &Input::name, optional_name_rule),
                          shape::member("TableInput", &Input::table),
                          shape::member("PartitionIndexes", &Input::partition_indexes),
                          shape::member("TransactionId", &Input::transaction),
                          shape::member("OpenTableFormatInput", &Input::open_table_format)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()},
                             {"OpenTableFormatInput", input.open_table_format.has_value()},
                             {"PartitionIndexes", !input.partition_indexes.empty()}}));
    if (!input.table) return faults::invalid_input("TableInput is required.");
    TRY(row, to_row(std::move(*input.table)));
    row.created_by = call.caller.arn;
    TRY_VOID(faults::reply(glue.create(scope, input.database, std::move(row))));
    return Output{};
}

}  // namespace create_table_operation

constinit const aws::Operation create_table =
    aws::operation<&create_table_operation::run>("CreateTable");

}  // namespace glue
