// BatchGetQueryExecution: those that are not there are listed apart.
#include "services/athena/shapes.h"

namespace athena {
namespace batch_get_query_execution_operation {

struct Input {
    std::vector<std::string> ids;
    static constexpr auto members() {
        return std::tuple{
            aws::member("QueryExecutionIds", &Input::ids, {.required = true, .min = 1, .max = 50})};
    }
};
struct Unprocessed {
    std::string id;
    std::string code;
    std::string message;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutionId", &Unprocessed::id),
                          aws::member("ErrorCode", &Unprocessed::code),
                          aws::member("ErrorMessage", &Unprocessed::message)};
    }
};
struct Output {
    std::vector<QueryExecution> executions;
    std::vector<Unprocessed> unprocessed;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutions", &Output::executions),
                          aws::member("UnprocessedQueryExecutionIds", &Output::unprocessed)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    Output out;
    for (const std::string& id : input.ids) {
        const auto row = athena.find(scope_of(call), id);
        if (!row) return faults::internal(row.error());
        if (row.value()) {
            out.executions.push_back(to_shape(*row.value()));
        } else {
            out.unprocessed.push_back(
                {id, "INVALID_INPUT", "QueryExecution " + id + " was not found"});
        }
    }
    return out;
}

}  // namespace batch_get_query_execution_operation

constinit const aws::Operation batch_get_query_execution =
    aws::operation<&batch_get_query_execution_operation::run>("BatchGetQueryExecution");

}  // namespace athena
