// UpdateAssumeRolePolicy: another trust policy.
#include "services/iam/iam.h"

namespace iam {

namespace update_assume_role_policy_operation {

struct Input {
    std::string role_name;
    std::string policy_document;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("PolicyDocument", &I::policy_document, document_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(
        iam.change_role(call.account(), input.role_name, [&](RoleRow& row) -> aws::Reply<void> {
            TRY_VOID(check_trust_policy(input.policy_document));
            row.trust_policy = input.policy_document;
            return base::ok();
        }));
    return shape::Empty{};
}

}  // namespace update_assume_role_policy_operation

constinit const aws::Operation update_assume_role_policy =
    aws::operation<&update_assume_role_policy_operation::run>("UpdateAssumeRolePolicy");

}  // namespace iam
