// BatchUpdatePartition: one durable batch of all that can be changed, one after another.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace batch_update_partition_operation {

struct Entry {
    Values values;
    PartitionInput partition;
    static constexpr auto members() {
        return std::tuple{shape::member("PartitionValueList", &Entry::values,
                                        {.required = true, .min = 0, .max = 100}),
                          shape::member("PartitionInput", &Entry::partition, required_rule)};
    }
};

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    std::vector<Entry> entries;
    static constexpr auto members() {
        return std::tuple{
            shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
            shape::member("DatabaseName", &Input::database, name_rule),
            shape::member("TableName", &Input::table, name_rule),
            shape::member("Entries", &Input::entries, {.required = true, .min = 1, .max = 100})};
    }
};
struct Failure {
    Values values;
    ErrorDetail detail;
    static constexpr auto members() {
        return std::tuple{shape::member("PartitionValueList", &Failure::values),
                          shape::member("ErrorDetail", &Failure::detail)};
    }
};
struct Output {
    std::vector<Failure> errors;
    static constexpr auto members() { return std::tuple{shape::member("Errors", &Output::errors)}; }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    std::vector<Glue::PartitionUpdate> updates;
    std::vector<Values> values;
    for (Entry& entry : input.entries) {
        TRY(row, to_row(std::move(entry.partition)));
        values.push_back(entry.values);
        updates.push_back({std::move(entry.values), std::move(row)});
    }
    TRY(outcomes,
        faults::reply(glue.update(scope, input.database, input.table, std::move(updates))));
    Output output;
    for (PartitionError& error : faults::errors_of(values, outcomes)) {
        output.errors.push_back({std::move(error.values), std::move(error.detail)});
    }
    return output;
}

}  // namespace batch_update_partition_operation

constinit const aws::Operation batch_update_partition =
    aws::operation<&batch_update_partition_operation::run>("BatchUpdatePartition");

}  // namespace glue
