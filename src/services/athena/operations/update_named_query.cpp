// UpdateNamedQuery: name and text are replaced, the description if it is given.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace update_named_query_operation {

struct Input {
    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::string query;
    static constexpr auto members() {
        return std::tuple{
            aws::member("NamedQueryId", &Input::id, query_id_rule),
            aws::member("Name", &Input::name, {.required = true, .min = 1, .max = 128}),
            aws::member("Description", &Input::description, {.min = 0, .max = 1024}),
            aws::member("QueryString", &Input::query, saved_query_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().change_query(scope_of(call), input.id, [&](NamedQueryRow& row) {
        row.name = input.name;
        row.query = input.query;
        if (input.description) row.description = *input.description;
    }));
    return Output{};
}

}  // namespace update_named_query_operation

constinit const aws::Operation update_named_query =
    aws::operation<&update_named_query_operation::run>("UpdateNamedQuery");

}  // namespace athena
