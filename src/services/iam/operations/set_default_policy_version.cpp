// SetDefaultPolicyVersion: which version is in force.
#include "services/iam/faults.h"
#include "services/iam/iam.h"

namespace iam {

namespace set_default_policy_version_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, PolicyVersionInput& input) {
    const auto number = version_number(input.version_id);
    const auto choose = [&](PolicyRow& row) -> aws::Reply<void> {
        for (const PolicyVersionRow& version : row.versions) {
            if (version.number != number) continue;
            row.default_version = version.number;
            row.updated = iam.now();
            return base::ok();
        }
        return faults::no_version(input.policy_arn, input.version_id);
    };
    TRY_VOID(iam.change_policy(call, "SetDefaultPolicyVersion", input.policy_arn, choose));
    return shape::Empty{};
}

}  // namespace set_default_policy_version_operation

constinit const aws::Operation set_default_policy_version =
    aws::operation<&set_default_policy_version_operation::run>("SetDefaultPolicyVersion");

}  // namespace iam
