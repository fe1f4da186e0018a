// GetRolePolicy: an inline policy, percent-encoded.
#include "services/iam/faults.h"
#include "services/iam/iam.h"
#include "wire/uri.h"

namespace iam {

namespace get_role_policy_operation {

struct Output {
    std::string role_name;
    std::string policy_name;
    std::string policy_document;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("RoleName", &O::role_name),
                          aws::member("PolicyName", &O::policy_name),
                          aws::member("PolicyDocument", &O::policy_document)};
    }
};

aws::Reply<Output> run(Iam& iam, const aws::Call& call, RolePolicyInput& input) {
    TRY(row, iam.role(call.account(), input.role_name));
    const auto at = row.inline_policies.find(input.policy_name);
    if (at == row.inline_policies.end()) return faults::no_role_policy(input.policy_name);
    return Output{row.name, at->first, wire::percent_encode(at->second)};
}

}  // namespace get_role_policy_operation

constinit const aws::Operation get_role_policy =
    aws::operation<&get_role_policy_operation::run>("GetRolePolicy");

}  // namespace iam
