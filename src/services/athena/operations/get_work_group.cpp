// GetWorkGroup.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace get_work_group_operation {

struct Input {
    std::string name;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroup", &Input::name, group_name_rule)};
    }
};
struct Output {
    ShownWorkGroup work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroup", &Output::work_group)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(row, athena.groups().find(scope_of(call), input.name));
    return Output{to_shape(row)};
}

}  // namespace get_work_group_operation

constinit const aws::Operation get_work_group =
    aws::operation<&get_work_group_operation::run>("GetWorkGroup");

}  // namespace athena
