// UpdateDatabase: everything but tags and birth is replaced.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace update_database_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string name;
    DatabaseInput database;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("Name", &Input::name, name_rule),
                          shape::member("DatabaseInput", &Input::database, required_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(wanted, to_row(std::move(input.database)));
    TRY_VOID(faults::reply(glue.update_database(scope, input.name, [&](DatabaseRow& row) {
        wanted.id = row.id;
        wanted.created = row.created;
        wanted.tags = row.tags;
        row = std::move(wanted);
    })));
    return Output{};
}

}  // namespace update_database_operation

constinit const aws::Operation update_database =
    aws::operation<&update_database_operation::run>("UpdateDatabase");

}  // namespace glue
