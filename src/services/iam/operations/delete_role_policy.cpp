// DeleteRolePolicy: an inline policy that is there.
#include "services/iam/faults.h"
#include "services/iam/iam.h"

namespace iam {

namespace delete_role_policy_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, RolePolicyInput& input) {
    TRY_VOID(
        iam.change_role(call.account(), input.role_name, [&](RoleRow& row) -> aws::Reply<void> {
            if (row.inline_policies.erase(input.policy_name) == 0) {
                return faults::no_role_policy(input.policy_name);
            }
            return base::ok();
        }));
    return shape::Empty{};
}

}  // namespace delete_role_policy_operation

constinit const aws::Operation delete_role_policy =
    aws::operation<&delete_role_policy_operation::run>("DeleteRolePolicy");

}  // namespace iam
