// GetRepositoryPolicy.
#include "services/ecr/shapes.h"

namespace ecr {
namespace get_repository_policy_operation {

aws::Reply<PolicyOutput> run(Ecr& ecr, const aws::Call& call, RepositoryInput& input) {
    TRY(row, ecr.find(call, input.registry_id, input.repository_name));
    if (!row.policy) return faults::no_policy(row.name, call.account());
    return PolicyOutput{call.account(), row.name, *row.policy};
}

}  // namespace get_repository_policy_operation

constinit const aws::Operation get_repository_policy =
    aws::operation<&get_repository_policy_operation::run>("GetRepositoryPolicy");

}  // namespace ecr
