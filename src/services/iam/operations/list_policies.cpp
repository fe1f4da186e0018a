// ListPolicies: managed policies, the account's own and AWS's that are known here.
#include <algorithm>

#include "services/iam/aws_policies.h"
#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_policies_operation {

struct Input {
    std::optional<std::string> scope;
    std::optional<bool> only_attached;
    std::optional<std::string> path_prefix;
    std::optional<std::string> policy_usage_filter;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("Scope", &I::scope, {.values = "All, AWS, Local"}),
                          aws::member("OnlyAttached", &I::only_attached),
                          aws::member("PathPrefix", &I::path_prefix, policy_path_rule),
                          aws::member("PolicyUsageFilter", &I::policy_usage_filter,
                                      {.values = "PermissionsPolicy, PermissionsBoundary"}),
                          aws::member("Marker", &I::marker, marker_rule),
                          aws::member("MaxItems", &I::max_items, max_items_rule)};
    }
};

struct Output {
    std::vector<PolicyOutput> policies;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("Policies", &O::policies),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

aws::Reply<std::vector<FoundPolicy>> candidates(const Iam& iam, const std::string& account,
                                                const std::string& scope) {
    std::vector<FoundPolicy> found;
    if (scope != "AWS") {
        TRY(rows, iam.policies(account));
        for (PolicyRow& row : rows) {
            const std::string arn = policy_arn(account, row);
            found.push_back({std::move(row), arn, false});
        }
    }
    if (scope != "Local") {
        for (const AwsPolicy& policy : aws_policies()) {
            TRY(one, iam.policy(account, arn_of(policy)));
            found.push_back(std::move(one));
        }
    }
    return found;
}

bool is_wanted(const Input& input, const FoundPolicy& policy, const PolicyUses& uses) {
    if (input.path_prefix && !policy.row.path.starts_with(*input.path_prefix)) return false;
    const std::string usage = input.policy_usage_filter.value_or("");
    if (usage == "PermissionsPolicy") return uses.attached > 0;
    if (usage == "PermissionsBoundary") return uses.boundaries > 0;
    return !input.only_attached.value_or(false) || uses.attached > 0;
}

std::string order_of(const PolicyOutput& policy) {
    return lower_case(policy.policy_name) + " " + policy.arn;
}

aws::Reply<Output> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY(found, candidates(iam, call.account(), input.scope.value_or("All")));
    std::vector<PolicyOutput> wanted;
    for (const FoundPolicy& policy : found) {
        TRY(uses, iam.count_uses(call.account(), policy.arn));
        if (!is_wanted(input, policy, uses)) continue;
        PolicyOutput& output = wanted.emplace_back(to_output(policy, uses));
        output.description.reset();
        output.tags.reset();
    }
    std::sort(wanted.begin(), wanted.end(), [](const PolicyOutput& a, const PolicyOutput& b) {
        return order_of(a) < order_of(b);
    });
    TRY(page, make_page(std::move(wanted), input.marker, input.max_items, order_of));
    return Output{std::move(page.items), page.truncated, page.marker};
}

}  // namespace list_policies_operation

constinit const aws::Operation list_policies =
    aws::operation<&list_policies_operation::run>("ListPolicies");

}  // namespace iam
