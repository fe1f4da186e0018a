// ListTagsForResource, for parameters.
#include "services/ssm/shapes.h"

namespace ssm {
namespace list_tags_for_resource_operation {

struct Input {
    std::string resource_type;
    std::string resource_id;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceType", &Input::resource_type, resource_type_rule),
                          shape::member("ResourceId", &Input::resource_id, resource_id_rule)};
    }
};
struct Output {
    std::vector<Tag> tag_list;
    static constexpr auto members() {
        return std::tuple{shape::member("TagList", &Output::tag_list)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY_VOID(check_resource_type(input.resource_type));
    TRY(row, ssm.read(call, resource_name(call, input.resource_id)));
    if (!row) return faults::invalid_resource_id();
    Output output;
    for (const auto& [key, value] : row->tags)
        output.tag_list.push_back({key, value});
    return output;
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>("ListTagsForResource");

}  // namespace ssm
