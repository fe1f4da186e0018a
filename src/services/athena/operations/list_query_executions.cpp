// ListQueryExecutions, newest first.
#include "services/athena/shapes.h"

namespace athena {
namespace list_query_executions_operation {

struct Input {
    std::optional<std::string> token;
    std::optional<std::int32_t> ids_max;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::ids_max, {.min = 0, .max = 50}),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    std::vector<std::string> ids;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutionIds", &Output::ids),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(group, athena.groups().find(scope_of(call), input.work_group));
    const std::int32_t wanted = input.ids_max.value_or(50);
    auto page = athena.list(scope_of(call), group.id, input.token,
                            wanted == 0 ? 50 : static_cast<std::size_t>(wanted));
    if (!page && page.error().kind == base::ErrorKind::invalid) {
        return faults::invalid_request(page.error().message);
    }
    if (!page) return faults::internal(page.error());
    return Output{std::move(page.value().ids), std::move(page.value().next_token)};
}

}  // namespace list_query_executions_operation

constinit const aws::Operation list_query_executions =
    aws::operation<&list_query_executions_operation::run>("ListQueryExecutions");

}  // namespace athena
