// TagPolicy: adds tags, or replaces those of the same key.
#include "services/iam/iam.h"

namespace iam {

namespace tag_policy_operation {

struct Input {
    std::string policy_arn;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{aws::member("PolicyArn", &Input::policy_arn, arn_rule),
                          aws::member("Tags", &Input::tags, required_tags_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(iam.change_policy(call, "TagPolicy", input.policy_arn,
                               [&](PolicyRow& row) { return add_tags(row.tags, input.tags); }));
    return shape::Empty{};
}

}  // namespace tag_policy_operation

constinit const aws::Operation tag_policy = aws::operation<&tag_policy_operation::run>("TagPolicy");

}  // namespace iam
