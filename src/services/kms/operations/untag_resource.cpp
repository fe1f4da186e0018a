// UntagResource.
#include "services/kms/shapes.h"

namespace kms {
namespace untag_resource_operation {

struct Input {
    std::string key_id;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("TagKeys", &Input::tag_keys, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(kms.change(call, "UntagResource", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
        TRY_VOID(check_not_deleting(call, key));
        for (const std::string& name : input.tag_keys)
            key.tags.erase(name);
        return base::ok();
    }));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace kms
