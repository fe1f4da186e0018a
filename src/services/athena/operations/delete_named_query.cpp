// DeleteNamedQuery.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace delete_named_query_operation {

struct Input {
    std::string id;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQueryId", &Input::id, query_id_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().remove_query(scope_of(call), input.id));
    return Output{};
}

}  // namespace delete_named_query_operation

constinit const aws::Operation delete_named_query =
    aws::operation<&delete_named_query_operation::run>("DeleteNamedQuery");

}  // namespace athena
