// BatchCreatePartition: one durable batch of all that can be made; the others are reported.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace batch_create_partition_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    std::vector<PartitionInput> partitions;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TableName", &Input::table, name_rule),
                          shape::member("PartitionInputList", &Input::partitions,
                                        {.required = true, .min = 0, .max = 100})};
    }
};
struct Output {
    std::vector<PartitionError> errors;
    static constexpr auto members() { return std::tuple{shape::member("Errors", &Output::errors)}; }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    std::vector<Partition> rows;
    std::vector<Values> values;
    for (PartitionInput& one : input.partitions) {
        TRY(row, to_row(std::move(one)));
        values.push_back(row.values);
        rows.push_back(std::move(row));
    }
    TRY(outcomes, faults::reply(glue.add(scope, input.database, input.table, std::move(rows))));
    return Output{faults::errors_of(values, outcomes)};
}

}  // namespace batch_create_partition_operation

constinit const aws::Operation batch_create_partition =
    aws::operation<&batch_create_partition_operation::run>("BatchCreatePartition");

}  // namespace glue
