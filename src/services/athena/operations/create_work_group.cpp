// CreateWorkGroup.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace create_work_group_operation {

struct Input {
    std::string name;
    std::optional<GroupConfiguration> configuration;
    std::string description;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Input::name, group_name_rule),
                          aws::member("Configuration", &Input::configuration),
                          aws::member("Description", &Input::description, {.min = 0, .max = 1024}),
                          aws::member("Tags", &Input::tags)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    WorkGroupRow row;
    row.name = input.name;
    row.description = input.description;
    if (input.configuration) {
        TRY_VOID(apply(*input.configuration, row));
    }
    TRY(tags, to_tags(input.tags));
    row.tags = std::move(tags);
    TRY_VOID(athena.groups().create(scope_of(call), std::move(row)));
    return Output{};
}

}  // namespace create_work_group_operation

constinit const aws::Operation create_work_group =
    aws::operation<&create_work_group_operation::run>("CreateWorkGroup");

}  // namespace athena
