// DeleteWorkGroup: an empty one, or with RecursiveDeleteOption all that is in it.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace delete_work_group_operation {

struct Input {
    std::string name;
    std::optional<bool> recursive;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroup", &Input::name, group_name_rule),
                          aws::member("RecursiveDeleteOption", &Input::recursive)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.remove_group(scope_of(call), input.name, input.recursive.value_or(false)));
    return Output{};
}

}  // namespace delete_work_group_operation

constinit const aws::Operation delete_work_group =
    aws::operation<&delete_work_group_operation::run>("DeleteWorkGroup");

}  // namespace athena
