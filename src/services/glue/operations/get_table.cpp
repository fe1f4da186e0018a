// GetTable. AuditContext and IncludeStatusDetails say nothing about a table without audits and
// pending changes.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_table_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string name;
    std::optional<shape::Document> transaction;
    std::optional<shape::Document> as_of;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("Name", &Input::name, name_rule),
                          shape::member("TransactionId", &Input::transaction),
                          shape::member("QueryAsOfTime", &Input::as_of)};
    }
};
struct Output {
    TableOutput table;
    static constexpr auto members() { return std::tuple{shape::member("Table", &Output::table)}; }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()},
                             {"QueryAsOfTime", input.as_of.has_value()}}));
    TRY(found, faults::reply(glue.table(scope, input.database, input.name)));
    return Output{to_output(scope, found.database.name, std::move(found.row))};
}

}  // namespace get_table_operation

constinit const aws::Operation get_table = aws::operation<&get_table_operation::run>("GetTable");

}  // namespace glue
