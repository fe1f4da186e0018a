// BatchGetPartition: those that are there, in the order asked.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace batch_get_partition_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    std::vector<PartitionValueList> keys;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TableName", &Input::table, name_rule),
                          shape::member("PartitionsToGet", &Input::keys,
                                        {.required = true, .min = 0, .max = 1000})};
    }
};
struct Output {
    std::vector<PartitionOutput> partitions;
    std::vector<PartitionValueList> unprocessed;  // always empty: nothing is throttled here
    static constexpr auto members() {
        return std::tuple{shape::member("Partitions", &Output::partitions),
                          shape::member("UnprocessedKeys", &Output::unprocessed)};
    }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(found, faults::reply(glue.table(scope, input.database, input.table)));
    Output output;
    for (PartitionValueList& key : input.keys) {
        auto row = glue.partition(found.row, key.values);
        if (!row && row.error().kind == base::ErrorKind::not_found) continue;
        TRY(there, faults::reply(std::move(row)));
        output.partitions.push_back(
            to_output(scope, found, {std::move(key.values), std::move(there)}));
    }
    return output;
}

}  // namespace batch_get_partition_operation

constinit const aws::Operation batch_get_partition =
    aws::operation<&batch_get_partition_operation::run>("BatchGetPartition");

}  // namespace glue
