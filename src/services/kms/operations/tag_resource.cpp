// TagResource.
#include "services/kms/shapes.h"

namespace kms {
namespace tag_resource_operation {

struct Input {
    std::string key_id;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("Tags", &Input::tags, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(kms.change(call, "TagResource", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
        TRY_VOID(check_not_deleting(call, key));
        return set_tags(key.tags, input.tags);
    }));
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace kms
