// GetNamedQuery.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace get_named_query_operation {

struct Input {
    std::string id;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQueryId", &Input::id, query_id_rule)};
    }
};
struct Output {
    NamedQuery query;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQuery", &Output::query)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(row, faults::reply(athena.groups().find_query(scope_of(call), input.id)));
    if (!row) return faults::no_named_query(input.id);
    return Output{to_shape(std::move(*row))};
}

}  // namespace get_named_query_operation

constinit const aws::Operation get_named_query =
    aws::operation<&get_named_query_operation::run>("GetNamedQuery");

}  // namespace athena
