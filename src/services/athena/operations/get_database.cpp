// GetDatabase.
#include "athena_sql/lexer.h"
#include "services/athena/shapes.h"

namespace athena {
namespace get_database_operation {

struct Input {
    std::string catalog;
    std::string database;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("CatalogName", &Input::catalog, catalog_rule),
                          aws::member("DatabaseName", &Input::database, database_rule),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    MetadataDatabase database;
    static constexpr auto members() {
        return std::tuple{aws::member("Database", &Output::database)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().find(scope_of(call), input.work_group));
    TRY_VOID(check_catalog(input.catalog));
    const std::string name = athena_sql::to_lower(input.database);
    const auto exists = athena.catalog().database_exists(scope_of(call), name);
    if (!exists) return metadata_fault(exists.error());
    if (!exists.value()) return faults::metadata("Database " + name + " not found.");
    return Output{{name}};
}

}  // namespace get_database_operation

constinit const aws::Operation get_database =
    aws::operation<&get_database_operation::run>("GetDatabase");

}  // namespace athena
