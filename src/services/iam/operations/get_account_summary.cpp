// GetAccountSummary: how many entities there are, and how many there may be.
#include "services/iam/iam.h"

namespace iam {

namespace get_account_summary_operation {

struct Output {
    std::map<std::string, std::int32_t> summary_map;
    static constexpr auto members() {
        return std::tuple{aws::member("SummaryMap", &Output::summary_map)};
    }
};

aws::Reply<Output> run(Iam& iam, const aws::Call& call, shape::Empty&) {
    TRY(numbers, iam.numbers(call.account()));
    const auto number = [](std::size_t value) { return static_cast<std::int32_t>(value); };
    return Output{{{"Roles", number(numbers.roles)},
                   {"RolesQuota", number(roles_max)},
                   {"Policies", number(numbers.policies)},
                   {"PoliciesQuota", number(policies_max)},
                   {"PolicySizeQuota", number(policy_size_max)},
                   {"RolePolicySizeQuota", number(inline_size_max)},
                   {"AssumeRolePolicySizeQuota", number(trust_policy_size_max)},
                   {"AttachedPoliciesPerRoleQuota", number(attached_policies_max)},
                   {"VersionsPerPolicyQuota", number(policy_versions_max)},
                   {"Users", 0},
                   {"Groups", 0}}};
}

}  // namespace get_account_summary_operation

constinit const aws::Operation get_account_summary =
    aws::operation<&get_account_summary_operation::run>("GetAccountSummary");

}  // namespace iam
