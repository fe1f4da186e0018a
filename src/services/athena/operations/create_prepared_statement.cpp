// CreatePreparedStatement: a new name in its work group. The text is SQL with `?`, checked when it
// runs.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace create_prepared_statement_operation {

struct Input {
    std::string name;
    std::string work_group;
    std::string query;
    std::optional<std::string> description;
    static constexpr auto members() {
        return std::tuple{aws::member("StatementName", &Input::name, statement_name_rule),
                          aws::member("WorkGroup", &Input::work_group, required_group_rule),
                          aws::member("QueryStatement", &Input::query, saved_query_rule),
                          aws::member("Description", &Input::description, saved_description_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    PreparedStatementRow row;
    row.name = std::move(input.name);
    row.query = std::move(input.query);
    row.description = input.description.value_or("");
    TRY_VOID(athena.groups().put_statement(scope_of(call), input.work_group, std::move(row),
                                           WorkGroups::Put::create));
    return Output{};
}

}  // namespace create_prepared_statement_operation

constinit const aws::Operation create_prepared_statement =
    aws::operation<&create_prepared_statement_operation::run>("CreatePreparedStatement");

}  // namespace athena
