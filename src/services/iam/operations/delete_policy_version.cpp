// DeletePolicyVersion: a version that is not the default one.
#include "services/iam/faults.h"
#include "services/iam/iam.h"

namespace iam {

namespace delete_policy_version_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, PolicyVersionInput& input) {
    const auto number = version_number(input.version_id);
    const auto drop = [&](PolicyRow& row) -> aws::Reply<void> {
        if (number == row.default_version) {
            return faults::delete_conflict("Cannot delete the default version of a policy.");
        }
        const auto erased = std::erase_if(row.versions, [&](const PolicyVersionRow& version) {
            return version.number == number;
        });
        if (erased == 0) return faults::no_version(input.policy_arn, input.version_id);
        return base::ok();
    };
    TRY_VOID(iam.change_policy(call, "DeletePolicyVersion", input.policy_arn, drop));
    return shape::Empty{};
}

}  // namespace delete_policy_version_operation

constinit const aws::Operation delete_policy_version =
    aws::operation<&delete_policy_version_operation::run>("DeletePolicyVersion");

}  // namespace iam
