// CreateRole: a role with its trust policy. Names differ by more than case.
#include "services/iam/iam.h"

namespace iam {

namespace create_role_operation {

struct Input {
    std::optional<std::string> path;
    std::string role_name;
    std::string assume_role_policy_document;
    std::optional<std::string> description;
    std::optional<std::int32_t> max_session_duration;
    std::optional<std::string> permissions_boundary;
    std::vector<Tag> tags;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("Path", &I::path, path_rule),
            aws::member("RoleName", &I::role_name, role_name_rule),
            aws::member("AssumeRolePolicyDocument", &I::assume_role_policy_document, document_rule),
            aws::member("Description", &I::description, description_rule),
            aws::member("MaxSessionDuration", &I::max_session_duration, session_seconds_rule),
            aws::member("PermissionsBoundary", &I::permissions_boundary, optional_arn_rule),
            aws::member("Tags", &I::tags, tags_rule)};
    }
};

aws::Reply<RoleAnswer> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(check_trust_policy(input.assume_role_policy_document));
    TRY(tags, to_rows(input.tags));
    RoleRow row;
    row.name = std::move(input.role_name);
    row.path = input.path.value_or("/");
    row.trust_policy = std::move(input.assume_role_policy_document);
    row.description = std::move(input.description);
    row.session_seconds_max = input.max_session_duration.value_or(row.session_seconds_max);
    row.boundary = std::move(input.permissions_boundary);
    row.tags = std::move(tags);
    TRY(made, iam.create_role(call.account(), std::move(row)));
    return RoleAnswer{to_output(call.account(), made)};
}

}  // namespace create_role_operation

constinit const aws::Operation create_role =
    aws::operation<&create_role_operation::run>("CreateRole");

}  // namespace iam
