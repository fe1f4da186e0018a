// SetRepositoryPolicy: kept as it came; nothing evaluates it, since nothing can be pulled.
#include "services/ecr/shapes.h"

namespace ecr {
namespace set_repository_policy_operation {

struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    std::string policy_text;
    bool force = false;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("registryId", &I::registry_id, registry_rule),
            shape::member("repositoryName", &I::repository_name, name_rule),
            shape::member("policyText", &I::policy_text, {.required = true, .max = 10240}),
            shape::member("force", &I::force)};
    }
};

aws::Reply<PolicyOutput> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY_VOID(check_json("PolicyText", input.policy_text));
    TRY(row, ecr.change(call, input.registry_id, input.repository_name,
                        [&](RepositoryRow& changed) -> aws::Reply<void> {
                            changed.policy = input.policy_text;
                            return base::ok();
                        }));
    return PolicyOutput{call.account(), row.name, *row.policy};
}

}  // namespace set_repository_policy_operation

constinit const aws::Operation set_repository_policy =
    aws::operation<&set_repository_policy_operation::run>("SetRepositoryPolicy");

}  // namespace ecr
