// UpdateTable: the table becomes what TableInput says, its version one more. No archive of older
// versions is kept, so SkipArchive changes nothing.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace update_table_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::optional<std::string> name;
    std::optional<TableInput> table;
    std::optional<std::string> version_id;
    std::optional<shape::Document> transaction;
    std::optional<shape::Document> view_update_action;
    std::optional<shape::Document> open_table_format;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("Name", &Input::name, optional_name_rule),
                          shape::member("TableInput", &Input::table),
                          shape::member("VersionId", &Input::version_id, optional_name_rule),
                          shape::member("TransactionId", &Input::transaction),
                          shape::member("ViewUpdateAction", &Input::view_update_action),
                          shape::member("UpdateOpenTableFormatInput", &Input::open_table_format)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()},
                             {"ViewUpdateAction", input.view_update_action.has_value()},
                             {"UpdateOpenTableFormatInput", input.open_table_format.has_value()}}));
    if (!input.table) return faults::invalid_input("TableInput is required.");
    TRY(wanted, to_row(std::move(*input.table)));
    wanted.name = lower_case(wanted.name);
    bool concurrent = false;
    auto done = glue.update_table(
        scope, input.database, wanted.name, [&](TableRow& row) -> base::Result<void> {
            if (input.version_id && *input.version_id != std::to_string(row.version)) {
                concurrent = true;
                return base::Error{base::ErrorKind::unavailable, "version", {}};
            }
            wanted.id = row.id;
            wanted.created = row.created;
            wanted.created_by = row.created_by;
            wanted.version = row.version;
            row = std::move(wanted);
            return base::ok();
        });
    if (concurrent) return faults::concurrent_modification();
    TRY_VOID(faults::reply(std::move(done)));
    return Output{};
}

}  // namespace update_table_operation

constinit const aws::Operation update_table =
    aws::operation<&update_table_operation::run>("UpdateTable");

}  // namespace glue
