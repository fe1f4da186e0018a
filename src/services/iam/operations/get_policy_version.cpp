// GetPolicyVersion: a version with its document, percent-encoded.
#include "services/iam/faults.h"
#include "services/iam/iam.h"

namespace iam {

namespace get_policy_version_operation {

aws::Reply<PolicyVersionAnswer> run(Iam& iam, const aws::Call& call, PolicyVersionInput& input) {
    TRY(found, iam.policy(call.account(), input.policy_arn));
    const auto number = version_number(input.version_id);
    for (const PolicyVersionRow& version : found.row.versions) {
        if (version.number == number) return PolicyVersionAnswer{to_output(found.row, version)};
    }
    return faults::no_version(input.policy_arn, input.version_id);
}

}  // namespace get_policy_version_operation

constinit const aws::Operation get_policy_version =
    aws::operation<&get_policy_version_operation::run>("GetPolicyVersion");

}  // namespace iam
