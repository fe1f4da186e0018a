// GetKeyPolicy, byte for byte as it was put.
#include "services/kms/shapes.h"

namespace kms {
namespace get_key_policy_operation {

struct Input {
    std::string key_id;
    std::optional<std::string> policy_name;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("PolicyName", &Input::policy_name, policy_name_rule)};
    }
};
struct Output {
    std::string policy;
    std::string policy_name = default_policy_name;
    static constexpr auto members() {
        return std::tuple{shape::member("Policy", &Output::policy),
                          shape::member("PolicyName", &Output::policy_name)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(key, kms.find(call, input.key_id));
    if (input.policy_name.value_or(default_policy_name) != default_policy_name) {
        return faults::policy_not_found(*input.policy_name);
    }
    return Output{std::move(key.policy)};
}

}  // namespace get_key_policy_operation

constinit const aws::Operation get_key_policy =
    aws::operation<&get_key_policy_operation::run>("GetKeyPolicy");

}  // namespace kms
