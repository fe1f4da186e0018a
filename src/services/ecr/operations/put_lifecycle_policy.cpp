// PutLifecyclePolicy: kept as it came; there are no images for it to expire.
#include "services/ecr/shapes.h"

namespace ecr {
namespace put_lifecycle_policy_operation {

struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    std::string lifecycle_policy_text;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule),
                          shape::member("lifecyclePolicyText", &I::lifecycle_policy_text,
                                        {.required = true, .min = 100, .max = 30720})};
    }
};

aws::Reply<LifecyclePolicyOutput> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY_VOID(check_json("LifecyclePolicyText", input.lifecycle_policy_text));
    TRY(row, ecr.change(call, input.registry_id, input.repository_name,
                        [&](RepositoryRow& changed) -> aws::Reply<void> {
                            changed.lifecycle_policy = input.lifecycle_policy_text;
                            return base::ok();
                        }));
    return LifecyclePolicyOutput{call.account(), row.name, *row.lifecycle_policy};
}

}  // namespace put_lifecycle_policy_operation

constinit const aws::Operation put_lifecycle_policy =
    aws::operation<&put_lifecycle_policy_operation::run>("PutLifecyclePolicy");

}  // namespace ecr
