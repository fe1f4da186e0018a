// DeletePartition.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace delete_partition_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    Values values;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TableName", &Input::table, name_rule),
                          shape::member("PartitionValues", &Input::values, required_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(outcomes, faults::reply(glue.remove(scope, input.database, input.table, {input.values})));
    TRY_VOID(faults::reply(std::move(outcomes.front())));
    return Output{};
}

}  // namespace delete_partition_operation

constinit const aws::Operation delete_partition =
    aws::operation<&delete_partition_operation::run>("DeletePartition");

}  // namespace glue
