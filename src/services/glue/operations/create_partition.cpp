// CreatePartition.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace create_partition_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    PartitionInput partition;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TableName", &Input::table, name_rule),
                          shape::member("PartitionInput", &Input::partition, required_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(row, to_row(std::move(input.partition)));
    std::vector<Partition> one;
    one.push_back(std::move(row));
    TRY(outcomes, faults::reply(glue.add(scope, input.database, input.table, std::move(one))));
    TRY_VOID(faults::reply(std::move(outcomes.front())));
    return Output{};
}

}  // namespace create_partition_operation

constinit const aws::Operation create_partition =
    aws::operation<&create_partition_operation::run>("CreatePartition");

}  // namespace glue
