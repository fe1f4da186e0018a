// DeleteRolePolicy: an inline policy that is there.
#include "services/iam/faults.h"
#include "services/iam/iam.h"

namespace iam {

namespace {

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

}  // namespace

constinit const aws::Operation delete_role_policy = aws::operation<&run>("DeleteRolePolicy");

}  // namespace iam
