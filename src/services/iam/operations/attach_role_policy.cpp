// AttachRolePolicy: a managed policy to a role; again is nothing new.
#include "services/iam/iam.h"

namespace iam {

namespace attach_role_policy_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, AttachedPolicyInput& input) {
    TRY_VOID(iam.attach(call.account(), input.role_name, input.policy_arn));
    return shape::Empty{};
}

}  // namespace attach_role_policy_operation

constinit const aws::Operation attach_role_policy =
    aws::operation<&attach_role_policy_operation::run>("AttachRolePolicy");

}  // namespace iam
