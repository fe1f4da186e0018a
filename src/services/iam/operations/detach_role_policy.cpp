// DetachRolePolicy: a managed policy that is attached to the role.
#include "services/iam/iam.h"

namespace iam {

namespace {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, AttachedPolicyInput& input) {
    TRY_VOID(iam.detach(call.account(), input.role_name, input.policy_arn));
    return shape::Empty{};
}

}  // namespace

constinit const aws::Operation detach_role_policy = aws::operation<&run>("DetachRolePolicy");

}  // namespace iam
