// GetLifecyclePolicy.
#include "services/ecr/shapes.h"

namespace ecr {
namespace get_lifecycle_policy_operation {

aws::Reply<LifecyclePolicyOutput> run(Ecr& ecr, const aws::Call& call, RepositoryInput& input) {
    TRY(row, ecr.find(call, input.registry_id, input.repository_name));
    if (!row.lifecycle_policy) return faults::no_lifecycle_policy(row.name, call.account());
    return LifecyclePolicyOutput{call.account(), row.name, *row.lifecycle_policy};
}

}  // namespace get_lifecycle_policy_operation

constinit const aws::Operation get_lifecycle_policy =
    aws::operation<&get_lifecycle_policy_operation::run>("GetLifecyclePolicy");

}  // namespace ecr
