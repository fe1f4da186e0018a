// UpdateRoleDescription: the older way to change a description.
#include "services/iam/iam.h"

namespace iam {

namespace update_role_description_operation {

struct Input {
    std::string role_name;
    std::string description;
    static constexpr auto members() {
        using I = Input;
        shape::Constraints rule = description_rule;
        rule.required = true;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("Description", &I::description, rule)};
    }
};

aws::Reply<RoleAnswer> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY(row,
        iam.change_role(call.account(), input.role_name, [&](RoleRow& role) -> aws::Reply<void> {
            role.description = input.description;
            return base::ok();
        }));
    return RoleAnswer{to_output(call.account(), row)};
}

}  // namespace update_role_description_operation

constinit const aws::Operation update_role_description =
    aws::operation<&update_role_description_operation::run>("UpdateRoleDescription");

}  // namespace iam
