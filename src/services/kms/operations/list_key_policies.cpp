// ListKeyPolicies: there is one, default.
#include "services/kms/shapes.h"

namespace kms {
namespace list_key_policies_operation {

struct Input {
    std::string key_id;
    std::optional<std::int32_t> limit;
    std::optional<std::string> marker;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("Limit", &Input::limit, limit_rule),
                          shape::member("Marker", &Input::marker, marker_rule)};
    }
};
struct Output {
    std::vector<std::string> policy_names = {default_policy_name};
    bool truncated = false;
    static constexpr auto members() {
        return std::tuple{shape::member("PolicyNames", &Output::policy_names),
                          shape::member("Truncated", &Output::truncated)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    // One page has everything, so no marker was ever given.
    if (input.marker) return faults::invalid_marker();
    TRY_VOID(kms.find(call, input.key_id));
    return Output{};
}

}  // namespace list_key_policies_operation

constinit const aws::Operation list_key_policies =
    aws::operation<&list_key_policies_operation::run>("ListKeyPolicies");

}  // namespace kms
