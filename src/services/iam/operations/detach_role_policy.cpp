// DetachRolePolicy: a managed policy that is attached to the role.
#include "services/iam/iam.h"

namespace iam {

namespace detach_role_policy_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, AttachedPolicyInput& input) {
    TRY_VOID(iam.detach(call.account(), input.role_name, input.policy_arn));
    return shape::Empty{};
}

}  // namespace detach_role_policy_operation

constinit const aws::Operation detach_role_policy =
    aws::operation<&detach_role_policy_operation::run>("DetachRolePolicy");

}  // namespace iam
