// DeleteTable, with its partitions.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace delete_table_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string name;
    std::optional<shape::Document> transaction;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("Name", &Input::name, name_rule),
                          shape::member("TransactionId", &Input::transaction)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()}}));
    TRY(missing, faults::reply(glue.remove_tables(scope, input.database, {input.name})));
    if (!missing.empty()) return faults::table_not_found(input.name);
    return Output{};
}

}  // namespace delete_table_operation

constinit const aws::Operation delete_table =
    aws::operation<&delete_table_operation::run>("DeleteTable");

}  // namespace glue
