// CreateDatabase.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace create_database_operation {

struct Input {
    std::optional<std::string> catalog_id;
    DatabaseInput database;
    Parameters tags;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseInput", &Input::database, required_rule),
                          shape::member("Tags", &Input::tags, {.max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(row, to_row(std::move(input.database)));
    row.tags = std::move(input.tags);
    TRY_VOID(faults::reply(glue.create(scope, std::move(row))));
    return Output{};
}

}  // namespace create_database_operation

constinit const aws::Operation create_database =
    aws::operation<&create_database_operation::run>("CreateDatabase");

}  // namespace glue
