// TagRole: adds tags, or replaces those of the same key.
#include "services/iam/iam.h"

namespace iam {

namespace tag_role_operation {

struct Input {
    std::string role_name;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{aws::member("RoleName", &Input::role_name, role_name_rule),
                          aws::member("Tags", &Input::tags, required_tags_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(iam.change_role(call.account(), input.role_name,
                             [&](RoleRow& row) { return add_tags(row.tags, input.tags); }));
    return shape::Empty{};
}

}  // namespace tag_role_operation

constinit const aws::Operation tag_role = aws::operation<&tag_role_operation::run>("TagRole");

}  // namespace iam
