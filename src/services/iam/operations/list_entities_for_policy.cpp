// ListEntitiesForPolicy: the roles that a policy is attached to, or bounds. There are no users and
// groups.
#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_entities_for_policy_operation {

struct Input {
    std::string policy_arn;
    std::optional<std::string> entity_filter;
    std::optional<std::string> path_prefix;
    std::optional<std::string> policy_usage_filter;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("PolicyArn", &I::policy_arn, arn_rule),
            aws::member("EntityFilter", &I::entity_filter,
                        {.values = "User, Role, Group, LocalManagedPolicy, AWSManagedPolicy"}),
            aws::member("PathPrefix", &I::path_prefix, path_rule),
            aws::member("PolicyUsageFilter", &I::policy_usage_filter,
                        {.values = "PermissionsPolicy, PermissionsBoundary"}),
            aws::member("Marker", &I::marker, marker_rule),
            aws::member("MaxItems", &I::max_items, max_items_rule)};
    }
};

struct PolicyGroup {
    std::string group_name;
    std::string group_id;
    static constexpr auto members() {
        return std::tuple{aws::member("GroupName", &PolicyGroup::group_name),
                          aws::member("GroupId", &PolicyGroup::group_id)};
    }
};

struct PolicyUser {
    std::string user_name;
    std::string user_id;
    static constexpr auto members() {
        return std::tuple{aws::member("UserName", &PolicyUser::user_name),
                          aws::member("UserId", &PolicyUser::user_id)};
    }
};

struct PolicyRole {
    std::string role_name;
    std::string role_id;
    static constexpr auto members() {
        return std::tuple{aws::member("RoleName", &PolicyRole::role_name),
                          aws::member("RoleId", &PolicyRole::role_id)};
    }
};

struct Output {
    std::vector<PolicyGroup> policy_groups;
    std::vector<PolicyUser> policy_users;
    std::vector<PolicyRole> policy_roles;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("PolicyGroups", &O::policy_groups),
                          aws::member("PolicyUsers", &O::policy_users),
                          aws::member("PolicyRoles", &O::policy_roles),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

aws::Reply<std::vector<PolicyRole>> roles_of(const Iam& iam, const std::string& account,
                                             const Input& input) {
    TRY(uses, iam.uses(account, input.policy_arn));
    const std::string usage = input.policy_usage_filter.value_or("");
    std::vector<PolicyRole> roles;
    for (const UseRow& use : uses) {
        if (usage == "PermissionsPolicy" && !use.attached) continue;
        if (usage == "PermissionsBoundary" && !use.boundary) continue;
        if (input.path_prefix) {
            const auto role = iam.role(account, use.role_name);
            if (!role || !role.value().path.starts_with(*input.path_prefix)) continue;
        }
        roles.push_back({use.role_name, use.role_id});
    }
    return roles;
}

aws::Reply<Output> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(iam.policy(call.account(), input.policy_arn));
    if (input.entity_filter && *input.entity_filter != "Role") return Output{};
    TRY(roles, roles_of(iam, call.account(), input));
    TRY(page, make_page(std::move(roles), input.marker, input.max_items,
                        [](const PolicyRole& role) { return lower_case(role.role_name); }));
    Output output;
    output.policy_roles = std::move(page.items);
    output.is_truncated = page.truncated;
    output.marker = page.marker;
    return output;
}

}  // namespace list_entities_for_policy_operation

constinit const aws::Operation list_entities_for_policy =
    aws::operation<&list_entities_for_policy_operation::run>("ListEntitiesForPolicy");

}  // namespace iam
