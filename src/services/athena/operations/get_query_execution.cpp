// GetQueryExecution.
#include "services/athena/shapes.h"

namespace athena {
namespace get_query_execution_operation {

struct Input {
    std::string id;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutionId", &Input::id, execution_id_rule)};
    }
};
struct Output {
    QueryExecution execution;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecution", &Output::execution)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    const auto row = athena.find(scope_of(call), input.id);
    if (!row) return faults::internal(row.error());
    if (!row.value()) return faults::no_execution(input.id);
    return Output{to_shape(*row.value())};
}

}  // namespace get_query_execution_operation

constinit const aws::Operation get_query_execution =
    aws::operation<&get_query_execution_operation::run>("GetQueryExecution");

}  // namespace athena
