// DeletePolicy: a policy that nothing uses and that has one version left.
#include "services/iam/iam.h"

namespace iam {

namespace delete_policy_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, PolicyArnInput& input) {
    TRY_VOID(iam.delete_policy(call, input.policy_arn));
    return shape::Empty{};
}

}  // namespace delete_policy_operation

constinit const aws::Operation delete_policy =
    aws::operation<&delete_policy_operation::run>("DeletePolicy");

}  // namespace iam
