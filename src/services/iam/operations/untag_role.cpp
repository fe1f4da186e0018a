// UntagRole: takes tags away; keys that are not there do not matter.
#include "services/iam/iam.h"

namespace iam {

namespace untag_role_operation {

struct Input {
    std::string role_name;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{aws::member("RoleName", &Input::role_name, role_name_rule),
                          aws::member("TagKeys", &Input::tag_keys, tag_keys_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(
        iam.change_role(call.account(), input.role_name, [&](RoleRow& row) -> aws::Reply<void> {
            remove_tags(row.tags, input.tag_keys);
            return base::ok();
        }));
    return shape::Empty{};
}

}  // namespace untag_role_operation

constinit const aws::Operation untag_role = aws::operation<&untag_role_operation::run>("UntagRole");

}  // namespace iam
