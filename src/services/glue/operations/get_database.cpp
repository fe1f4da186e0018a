// GetDatabase.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_database_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string name;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("Name", &Input::name, name_rule)};
    }
};
struct Output {
    DatabaseOutput database;
    static constexpr auto members() {
        return std::tuple{shape::member("Database", &Output::database)};
    }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY(row, faults::reply(glue.database(scope, input.name)));
    return Output{to_output(scope, std::move(row))};
}

}  // namespace get_database_operation

constinit const aws::Operation get_database =
    aws::operation<&get_database_operation::run>("GetDatabase");

}  // namespace glue
