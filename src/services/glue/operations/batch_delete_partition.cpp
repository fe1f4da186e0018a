// BatchDeletePartition: one durable batch; those that are not there are reported.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace batch_delete_partition_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    std::vector<PartitionValueList> partitions;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TableName", &Input::table, name_rule),
                          shape::member("PartitionsToDelete", &Input::partitions,
                                        {.required = true, .min = 0, .max = 25})};
    }
};
struct Output {
    std::vector<PartitionError> errors;
    static constexpr auto members() { return std::tuple{shape::member("Errors", &Output::errors)}; }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    std::vector<Values> values;
    for (PartitionValueList& one : input.partitions)
        values.push_back(std::move(one.values));
    TRY(outcomes, faults::reply(glue.remove(scope, input.database, input.table, values)));
    return Output{faults::errors_of(values, outcomes)};
}

}  // namespace batch_delete_partition_operation

constinit const aws::Operation batch_delete_partition =
    aws::operation<&batch_delete_partition_operation::run>("BatchDeletePartition");

}  // namespace glue
