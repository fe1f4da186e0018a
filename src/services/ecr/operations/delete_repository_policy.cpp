// DeleteRepositoryPolicy; answers with what it was.
#include "services/ecr/shapes.h"

namespace ecr {
namespace delete_repository_policy_operation {

aws::Reply<PolicyOutput> run(Ecr& ecr, const aws::Call& call, RepositoryInput& input) {
    std::optional<std::string> before;
    TRY(row, ecr.change(call, input.registry_id, input.repository_name,
                        [&](RepositoryRow& changed) -> aws::Reply<void> {
                            if (!changed.policy) {
                                return faults::no_policy(changed.name, call.account());
                            }
                            before = std::exchange(changed.policy, std::nullopt);
                            return base::ok();
                        }));
    return PolicyOutput{call.account(), row.name, *before};
}

}  // namespace delete_repository_policy_operation

constinit const aws::Operation delete_repository_policy =
    aws::operation<&delete_repository_policy_operation::run>("DeleteRepositoryPolicy");

}  // namespace ecr
