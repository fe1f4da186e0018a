// GetPreparedStatement.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace get_prepared_statement_operation {

struct Input {
    std::string name;
    std::string work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("StatementName", &Input::name, statement_name_rule),
                          aws::member("WorkGroup", &Input::work_group, required_group_rule)};
    }
};
struct Output {
    PreparedStatement statement;
    static constexpr auto members() {
        return std::tuple{aws::member("PreparedStatement", &Output::statement)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(group, athena.groups().find(scope_of(call), input.work_group));
    TRY(row, faults::reply(athena.groups().find_statement(scope_of(call), group.id, input.name)));
    if (!row) return faults::no_statement(input.name, group.name);
    return Output{to_shape(std::move(*row), group.name)};
}

}  // namespace get_prepared_statement_operation

constinit const aws::Operation get_prepared_statement =
    aws::operation<&get_prepared_statement_operation::run>("GetPreparedStatement");

}  // namespace athena
