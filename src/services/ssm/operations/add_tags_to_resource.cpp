// AddTagsToResource, for parameters.
#include "services/ssm/shapes.h"

namespace ssm {
namespace add_tags_to_resource_operation {

struct Input {
    std::string resource_type;
    std::string resource_id;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceType", &Input::resource_type, resource_type_rule),
                          shape::member("ResourceId", &Input::resource_id, resource_id_rule),
                          shape::member("Tags", &Input::tags, {.required = true, .max = 1000})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY_VOID(check_resource_type(input.resource_type));
    TRY_VOID(change_tags(ssm, call, input.resource_id,
                         [&](Tags& tags) { return set_tags(tags, input.tags); }));
    return Output{};
}

}  // namespace add_tags_to_resource_operation

constinit const aws::Operation add_tags_to_resource =
    aws::operation<&add_tags_to_resource_operation::run>("AddTagsToResource");

}  // namespace ssm
