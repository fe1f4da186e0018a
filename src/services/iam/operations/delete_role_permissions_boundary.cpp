// DeleteRolePermissionsBoundary: takes the boundary away; none to begin with is as good.
#include "services/iam/iam.h"

namespace iam {

namespace {

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, RoleNameInput& input) {
    TRY_VOID(iam.set_boundary(call.account(), input.role_name, std::nullopt));
    return shape::Empty{};
}

}  // namespace

constinit const aws::Operation delete_role_permissions_boundary =
    aws::operation<&run>("DeleteRolePermissionsBoundary");

}  // namespace iam
