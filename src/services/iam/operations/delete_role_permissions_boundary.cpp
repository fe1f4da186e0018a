// DeleteRolePermissionsBoundary: takes the boundary away; none to begin with is as good.
#include "services/iam/iam.h"

namespace iam {

namespace delete_role_permissions_boundary_operation {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, RoleNameInput& input) {
    TRY_VOID(iam.set_boundary(call.account(), input.role_name, std::nullopt));
    return shape::Empty{};
}

}  // namespace delete_role_permissions_boundary_operation

constinit const aws::Operation delete_role_permissions_boundary =
    aws::operation<&delete_role_permissions_boundary_operation::run>(
        "DeleteRolePermissionsBoundary");

}  // namespace iam
