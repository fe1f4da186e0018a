// RemoveTagsFromResource, for parameters.
#include "services/ssm/shapes.h"

namespace ssm {
namespace remove_tags_from_resource_operation {

struct Input {
    std::string resource_type;
    std::string resource_id;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceType", &Input::resource_type, resource_type_rule),
                          shape::member("ResourceId", &Input::resource_id, resource_id_rule),
                          shape::member("TagKeys", &Input::tag_keys, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY_VOID(check_resource_type(input.resource_type));
    TRY_VOID(change_tags(ssm, call, input.resource_id, [&](Tags& tags) -> aws::Reply<void> {
        for (const std::string& key : input.tag_keys)
            tags.erase(key);
        return base::ok();
    }));
    return Output{};
}

}  // namespace remove_tags_from_resource_operation

constinit const aws::Operation remove_tags_from_resource =
    aws::operation<&remove_tags_from_resource_operation::run>("RemoveTagsFromResource");

}  // namespace ssm
