// PutRolePermissionsBoundary: the policy that bounds what a role may do.
#include "services/iam/iam.h"

namespace iam {

namespace put_role_permissions_boundary_operation {

struct Input {
    std::string role_name;
    std::string permissions_boundary;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("PermissionsBoundary", &I::permissions_boundary, arn_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(iam.set_boundary(call.account(), input.role_name, input.permissions_boundary));
    return shape::Empty{};
}

}  // namespace put_role_permissions_boundary_operation

constinit const aws::Operation put_role_permissions_boundary =
    aws::operation<&put_role_permissions_boundary_operation::run>("PutRolePermissionsBoundary");

}  // namespace iam
