// ListAttachedRolePolicies: managed policies of a role, by ARN.
#include <algorithm>

#include "services/iam/iam.h"
#include "services/iam/paging.h"
#include "services/iam/principal.h"

namespace iam {

namespace list_attached_role_policies_operation {

struct Input {
    std::string role_name;
    std::optional<std::string> path_prefix;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("PathPrefix", &I::path_prefix, policy_path_rule),
                          aws::member("Marker", &I::marker, marker_rule),
                          aws::member("MaxItems", &I::max_items, max_items_rule)};
    }
};

struct AttachedPolicy {
    std::string policy_name;
    std::string policy_arn;
    static constexpr auto members() {
        return std::tuple{aws::member("PolicyName", &AttachedPolicy::policy_name),
                          aws::member("PolicyArn", &AttachedPolicy::policy_arn)};
    }
};

struct Output {
    std::vector<AttachedPolicy> attached_policies;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("AttachedPolicies", &O::attached_policies),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

aws::Reply<Output> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY(row, iam.role(call.account(), input.role_name));
    std::vector<AttachedPolicy> wanted;
    for (const std::string& arn : row.attached) {
        const auto entity = parse_entity_arn(arn);
        if (!entity) continue;
        if (input.path_prefix && !entity->path.starts_with(*input.path_prefix)) continue;
        wanted.push_back({entity->name, arn});
    }
    const auto order_of = [](const AttachedPolicy& policy) { return policy.policy_arn; };
    std::sort(wanted.begin(), wanted.end(),
              [&](const auto& a, const auto& b) { return a.policy_arn < b.policy_arn; });
    TRY(page, make_page(std::move(wanted), input.marker, input.max_items, order_of));
    return Output{std::move(page.items), page.truncated, page.marker};
}

}  // namespace list_attached_role_policies_operation

constinit const aws::Operation list_attached_role_policies =
    aws::operation<&list_attached_role_policies_operation::run>("ListAttachedRolePolicies");

}  // namespace iam
