// GetPartition.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_partition_operation {

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
struct Output {
    PartitionOutput partition;
    static constexpr auto members() {
        return std::tuple{shape::member("Partition", &Output::partition)};
    }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(found, faults::reply(glue.table(scope, input.database, input.table)));
    TRY(row, faults::reply(glue.partition(found.row, input.values)));
    return Output{to_output(scope, found, {std::move(input.values), std::move(row)})};
}

}  // namespace get_partition_operation

constinit const aws::Operation get_partition =
    aws::operation<&get_partition_operation::run>("GetPartition");

}  // namespace glue
