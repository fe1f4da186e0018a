// BatchGetPreparedStatement: those that are not there are listed apart.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace batch_get_prepared_statement_operation {

struct Input {
    std::vector<std::string> names;
    std::string work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("PreparedStatementNames", &Input::names, {.required = true}),
                          aws::member("WorkGroup", &Input::work_group, required_group_rule)};
    }
};
struct Unprocessed {
    std::string name;
    std::string code;
    std::string message;
    static constexpr auto members() {
        return std::tuple{aws::member("StatementName", &Unprocessed::name),
                          aws::member("ErrorCode", &Unprocessed::code),
                          aws::member("ErrorMessage", &Unprocessed::message)};
    }
};
struct Output {
    std::vector<PreparedStatement> statements;
    std::vector<Unprocessed> unprocessed;
    static constexpr auto members() {
        return std::tuple{aws::member("PreparedStatements", &Output::statements),
                          aws::member("UnprocessedPreparedStatementNames", &Output::unprocessed)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    if (input.names.size() > batch_max) {
        return faults::too_many("PreparedStatementNames in a request", batch_max);
    }
    TRY(group, athena.groups().find(scope_of(call), input.work_group));
    Output out;
    for (const std::string& name : input.names) {
        TRY(row, faults::reply(athena.groups().find_statement(scope_of(call), group.id, name)));
        if (row) {
            out.statements.push_back(to_shape(std::move(*row), group.name));
        } else {
            out.unprocessed.push_back(
                {name, "STATEMENT_NOT_FOUND", faults::no_statement(name, group.name).message});
        }
    }
    return out;
}

}  // namespace batch_get_prepared_statement_operation

constinit const aws::Operation batch_get_prepared_statement =
    aws::operation<&batch_get_prepared_statement_operation::run>("BatchGetPreparedStatement");

}  // namespace athena
