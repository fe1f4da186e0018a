// DeleteRole: a role that has no policies any more.
#include "services/iam/iam.h"

namespace iam {

namespace delete_role_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, RoleNameInput& input) {
    TRY_VOID(iam.delete_role(call.account(), input.role_name));
    return shape::Empty{};
}

}  // namespace delete_role_operation

constinit const aws::Operation delete_role =
    aws::operation<&delete_role_operation::run>("DeleteRole");

}  // namespace iam
