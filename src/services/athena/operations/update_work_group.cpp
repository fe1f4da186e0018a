// UpdateWorkGroup: what is absent stays. Executions that were started keep the settings they had.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace update_work_group_operation {

struct Input {
    std::string name;
    std::optional<std::string> description;
    std::optional<GroupUpdates> updates;
    std::optional<std::string> state;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroup", &Input::name, group_name_rule),
                          aws::member("Description", &Input::description, {.min = 0, .max = 1024}),
                          aws::member("ConfigurationUpdates", &Input::updates),
                          aws::member("State", &Input::state, {.values = "ENABLED, DISABLED"})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().change(scope_of(call), input.name,
                                    [&](WorkGroupRow& row) -> aws::Reply<void> {
                                        if (input.updates) {
                                            TRY_VOID(apply(*input.updates, row));
                                        }
                                        if (input.description) row.description = *input.description;
                                        if (input.state) row.state = *input.state;
                                        return base::ok();
                                    }));
    return Output{};
}

}  // namespace update_work_group_operation

constinit const aws::Operation update_work_group =
    aws::operation<&update_work_group_operation::run>("UpdateWorkGroup");

}  // namespace athena
