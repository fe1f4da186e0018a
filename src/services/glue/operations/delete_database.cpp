// DeleteDatabase, with all its tables and partitions.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace delete_database_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string name;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("Name", &Input::name, name_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::reply(glue.remove_database(scope, input.name, true)));
    return Output{};
}

}  // namespace delete_database_operation

constinit const aws::Operation delete_database =
    aws::operation<&delete_database_operation::run>("DeleteDatabase");

}  // namespace glue
