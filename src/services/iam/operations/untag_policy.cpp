// UntagPolicy: takes tags away; keys that are not there do not matter.
#include "services/iam/iam.h"

namespace iam {

namespace untag_policy_operation {

struct Input {
    std::string policy_arn;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{aws::member("PolicyArn", &Input::policy_arn, arn_rule),
                          aws::member("TagKeys", &Input::tag_keys, tag_keys_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(iam.change_policy(call, "UntagPolicy", input.policy_arn,
                               [&](PolicyRow& row) -> aws::Reply<void> {
                                   remove_tags(row.tags, input.tag_keys);
                                   return base::ok();
                               }));
    return shape::Empty{};
}

}  // namespace untag_policy_operation

constinit const aws::Operation untag_policy =
    aws::operation<&untag_policy_operation::run>("UntagPolicy");

}  // namespace iam
