// GetPolicy: a managed policy, the account's own or AWS's, without its document.
#include "services/iam/iam.h"

namespace iam {

namespace get_policy_operation {

aws::Reply<PolicyAnswer> run(Iam& iam, const aws::Call& call, PolicyArnInput& input) {
    TRY(found, iam.policy(call.account(), input.policy_arn));
    TRY(uses, iam.count_uses(call.account(), found.arn));
    return PolicyAnswer{to_output(found, uses)};
}

}  // namespace get_policy_operation

constinit const aws::Operation get_policy = aws::operation<&get_policy_operation::run>("GetPolicy");

}  // namespace iam
