// CreatePolicy: a customer managed policy with its first version.
#include "services/iam/iam.h"

namespace iam {

namespace create_policy_operation {

struct Input {
    std::string policy_name;
    std::optional<std::string> path;
    std::string policy_document;
    std::optional<std::string> description;
    std::vector<Tag> tags;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("PolicyName", &I::policy_name, policy_name_rule),
                          aws::member("Path", &I::path, policy_path_rule),
                          aws::member("PolicyDocument", &I::policy_document, document_rule),
                          aws::member("Description", &I::description, {.max = 1000}),
                          aws::member("Tags", &I::tags, tags_rule)};
    }
};

aws::Reply<PolicyAnswer> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(check_managed_policy(input.policy_document));
    TRY(tags, to_rows(input.tags));
    PolicyRow row;
    row.name = std::move(input.policy_name);
    row.path = input.path.value_or("/");
    row.description = std::move(input.description);
    row.tags = std::move(tags);
    TRY(made, iam.create_policy(call.account(), std::move(row), std::move(input.policy_document)));
    const std::string arn = policy_arn(call.account(), made);
    return PolicyAnswer{to_output({std::move(made), arn, false}, {})};
}

}  // namespace create_policy_operation

constinit const aws::Operation create_policy =
    aws::operation<&create_policy_operation::run>("CreatePolicy");

}  // namespace iam
