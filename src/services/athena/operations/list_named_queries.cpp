// ListNamedQueries: of one work group, by id.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace list_named_queries_operation {

struct Input {
    std::optional<std::string> token;
    std::optional<std::int32_t> ids_max;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::ids_max, {.min = 0, .max = batch_max}),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    std::vector<std::string> ids;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQueryIds", &Output::ids),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(group, athena.groups().find(scope_of(call), input.work_group));
    TRY(ids, athena.groups().query_ids(scope_of(call), group.id));
    const auto wanted = static_cast<std::size_t>(input.ids_max.value_or(0));
    NamePage page = page_of(std::move(ids), input.token, wanted == 0 ? batch_max : wanted);
    return Output{std::move(page.names), std::move(page.next_token)};
}

}  // namespace list_named_queries_operation

constinit const aws::Operation list_named_queries =
    aws::operation<&list_named_queries_operation::run>("ListNamedQueries");

}  // namespace athena
