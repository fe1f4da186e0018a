// CreatePolicyVersion: another document of a managed policy, of which there are five at most.
#include "services/iam/faults.h"
#include "services/iam/iam.h"

namespace iam {

namespace create_policy_version_operation {

struct Input {
    std::string policy_arn;
    std::string policy_document;
    std::optional<bool> set_as_default;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("PolicyArn", &I::policy_arn, arn_rule),
                          aws::member("PolicyDocument", &I::policy_document, document_rule),
                          aws::member("SetAsDefault", &I::set_as_default)};
    }
};

aws::Reply<PolicyVersionAnswer> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(check_managed_policy(input.policy_document));
    const auto add = [&](PolicyRow& row) -> aws::Reply<void> {
        if (row.versions.size() >= policy_versions_max) {
            return faults::limit_exceeded(
                "A managed policy can have up to 5 versions. Before you create a new version, you "
                "must delete an existing version.");
        }
        row.versions.push_back({++row.last_version, input.policy_document, iam.now()});
        row.updated = iam.now();
        if (input.set_as_default.value_or(false)) row.default_version = row.last_version;
        return base::ok();
    };
    TRY(row, iam.change_policy(call, "CreatePolicyVersion", input.policy_arn, add));
    PolicyVersionAnswer answer{to_output(row, row.versions.back())};
    answer.policy_version.document.reset();
    return answer;
}

}  // namespace create_policy_version_operation

constinit const aws::Operation create_policy_version =
    aws::operation<&create_policy_version_operation::run>("CreatePolicyVersion");

}  // namespace iam
