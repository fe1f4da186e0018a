// PutKeyPolicy: the one policy of a key, whose name is always default.
#include "services/kms/key_policy.h"
#include "services/kms/shapes.h"

namespace kms {
namespace put_key_policy_operation {

struct Input {
    std::string key_id;
    std::optional<std::string> policy_name;
    std::string policy;
    std::optional<bool> bypass_policy_lockout_safety_check;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("KeyId", &I::key_id, key_id_rule),
                          shape::member("PolicyName", &I::policy_name, policy_name_rule),
                          shape::member("Policy", &I::policy, required_policy_rule),
                          shape::member("BypassPolicyLockoutSafetyCheck",
                                        &I::bypass_policy_lockout_safety_check)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    if (input.policy_name.value_or(default_policy_name) != default_policy_name) {
        return faults::policy_not_found(*input.policy_name);
    }
    TRY_VOID(
        check_policy(call, input.policy, input.bypass_policy_lockout_safety_check.value_or(false)));
    TRY_VOID(kms.change(call, "PutKeyPolicy", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
        TRY_VOID(check_not_deleting(call, key));
        key.policy = input.policy;
        return base::ok();
    }));
    return Output{};
}

}  // namespace put_key_policy_operation

constinit const aws::Operation put_key_policy =
    aws::operation<&put_key_policy_operation::run>("PutKeyPolicy");

}  // namespace kms
