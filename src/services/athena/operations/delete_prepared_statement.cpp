// DeletePreparedStatement.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace delete_prepared_statement_operation {

struct Input {
    std::string name;
    std::string work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("StatementName", &Input::name, statement_name_rule),
                          aws::member("WorkGroup", &Input::work_group, required_group_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().remove_statement(scope_of(call), input.work_group, input.name));
    return Output{};
}

}  // namespace delete_prepared_statement_operation

constinit const aws::Operation delete_prepared_statement =
    aws::operation<&delete_prepared_statement_operation::run>("DeletePreparedStatement");

}  // namespace athena
