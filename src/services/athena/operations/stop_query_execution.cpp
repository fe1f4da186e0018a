// StopQueryExecution: answers when the end is on its way; stopping what has ended succeeds.
#include "services/athena/shapes.h"

namespace athena {
namespace stop_query_execution_operation {

struct Input {
    std::string id;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutionId", &Input::id, execution_id_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    const auto known = athena.cancel(scope_of(call), input.id);
    if (!known) return faults::internal(known.error());
    if (!known.value()) return faults::no_execution(input.id);
    return Output{};
}

}  // namespace stop_query_execution_operation

constinit const aws::Operation stop_query_execution =
    aws::operation<&stop_query_execution_operation::run>("StopQueryExecution");

}  // namespace athena
