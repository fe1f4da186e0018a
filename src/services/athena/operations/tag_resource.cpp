// TagResource: of work groups; adds to, and replaces in, the tags there are.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace tag_resource_operation {

struct Input {
    std::string arn;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ResourceARN", &Input::arn, {.required = true, .min = 1, .max = 1011}),
            aws::member("Tags", &Input::tags, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(name, group_of_arn(call, input.arn));
    TRY(added, to_tags(input.tags));
    TRY_VOID(
        athena.groups().change(scope_of(call), name, [&](WorkGroupRow& row) -> aws::Reply<void> {
            for (const auto& [key, value] : added)
                row.tags[key] = value;
            if (row.tags.size() > tags_max) {
                return faults::too_many("tags of a resource", tags_max);
            }
            return base::ok();
        }));
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace athena
