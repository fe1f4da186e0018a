// BatchDeleteTable: one batch; those that are not there are reported.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace batch_delete_table_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    Values tables;
    std::optional<shape::Document> transaction;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TablesToDelete", &Input::tables,
                                        {.required = true, .min = 0, .max = 100}),
                          shape::member("TransactionId", &Input::transaction)};
    }
};
struct TableError {
    std::string name;
    ErrorDetail detail;
    static constexpr auto members() {
        return std::tuple{shape::member("TableName", &TableError::name),
                          shape::member("ErrorDetail", &TableError::detail)};
    }
};
struct Output {
    std::vector<TableError> errors;
    static constexpr auto members() { return std::tuple{shape::member("Errors", &Output::errors)}; }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()}}));
    TRY(missing, faults::reply(glue.remove_tables(scope, input.database, input.tables)));
    Output output;
    for (const std::string& name : missing) {
        const aws::Fault fault = faults::table_not_found(name);
        output.errors.push_back({name, {fault.code, fault.message}});
    }
    return output;
}

}  // namespace batch_delete_table_operation

constinit const aws::Operation batch_delete_table =
    aws::operation<&batch_delete_table_operation::run>("BatchDeleteTable");

}  // namespace glue
