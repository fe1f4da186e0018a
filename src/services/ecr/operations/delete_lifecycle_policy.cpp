// DeleteLifecyclePolicy; answers with what it was.
#include "services/ecr/shapes.h"

namespace ecr {
namespace delete_lifecycle_policy_operation {

aws::Reply<LifecyclePolicyOutput> run(Ecr& ecr, const aws::Call& call, RepositoryInput& input) {
    std::optional<std::string> before;
    TRY(row, ecr.change(call, input.registry_id, input.repository_name,
                        [&](RepositoryRow& changed) -> aws::Reply<void> {
                            if (!changed.lifecycle_policy) {
                                return faults::no_lifecycle_policy(changed.name, call.account());
                            }
                            before = std::exchange(changed.lifecycle_policy, std::nullopt);
                            return base::ok();
                        }));
    return LifecyclePolicyOutput{call.account(), row.name, *before};
}

}  // namespace delete_lifecycle_policy_operation

constinit const aws::Operation delete_lifecycle_policy =
    aws::operation<&delete_lifecycle_policy_operation::run>("DeleteLifecyclePolicy");

}  // namespace ecr
