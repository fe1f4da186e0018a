// PutRolePolicy: an inline policy, new or another document.
#include "services/iam/faults.h"
#include "services/iam/iam.h"
#include "services/iam/policy_document.h"

namespace iam {

namespace put_role_policy_operation {

struct Input {
    std::string role_name;
    std::string policy_name;
    std::string policy_document;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("PolicyName", &I::policy_name, policy_name_rule),
                          aws::member("PolicyDocument", &I::policy_document, document_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(
        iam.change_role(call.account(), input.role_name, [&](RoleRow& row) -> aws::Reply<void> {
            TRY_VOID(check_inline_policy(input.policy_document));
            row.inline_policies[input.policy_name] = input.policy_document;
            std::size_t size = 0;
            for (const auto& [name, document] : row.inline_policies)
                size += policy_size(document);
            if (size <= inline_size_max) return base::ok();
            return faults::limit_exceeded("Maximum policy size of " +
                                          std::to_string(inline_size_max) +
                                          " bytes exceeded for role " + input.role_name);
        }));
    return shape::Empty{};
}

}  // namespace put_role_policy_operation

constinit const aws::Operation put_role_policy =
    aws::operation<&put_role_policy_operation::run>("PutRolePolicy");

}  // namespace iam
