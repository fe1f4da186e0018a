// GetKeyRotationStatus. While a key waits for its deletion nothing rotates it.
#include "services/kms/shapes.h"

namespace kms {
namespace get_key_rotation_status_operation {

struct Output {
    bool key_rotation_enabled = false;
    std::string key_id;
    std::optional<std::int32_t> rotation_period_in_days;
    std::optional<base::Timestamp> next_rotation_date;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{shape::member("KeyRotationEnabled", &O::key_rotation_enabled),
                          shape::member("KeyId", &O::key_id),
                          shape::member("RotationPeriodInDays", &O::rotation_period_in_days),
                          shape::member("NextRotationDate", &O::next_rotation_date)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, KeyIdInput& input) {
    TRY(key, kms.find(call, input.key_id));
    Output output;
    output.key_id = key_arn(call, key.id);
    output.key_rotation_enabled = key.rotates && !key.deletion_date;
    if (output.key_rotation_enabled) {
        output.rotation_period_in_days = key.rotation_days;
        output.next_rotation_date = key.next_rotation;
    }
    return output;
}

}  // namespace get_key_rotation_status_operation

constinit const aws::Operation get_key_rotation_status =
    aws::operation<&get_key_rotation_status_operation::run>("GetKeyRotationStatus");

}  // namespace kms
