// GetRole: one role, with its trust policy percent-encoded.
#include "services/iam/iam.h"

namespace iam {

namespace get_role_operation {

aws::Reply<RoleAnswer> run(Iam& iam, const aws::Call& call, RoleNameInput& input) {
    TRY(row, iam.role(call.account(), input.role_name));
    RoleAnswer answer{to_output(call.account(), row)};
    answer.role.role_last_used.emplace();
    return answer;
}

}  // namespace get_role_operation

constinit const aws::Operation get_role = aws::operation<&get_role_operation::run>("GetRole");

}  // namespace iam
