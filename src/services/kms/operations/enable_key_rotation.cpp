// EnableKeyRotation: a new version of the material each period; the old ones go on decrypting.
#include "services/kms/shapes.h"

namespace kms {
namespace enable_key_rotation_operation {

constexpr std::int32_t period_days_default = 365;

struct Input {
    std::string key_id;
    std::optional<std::int32_t> rotation_period_in_days;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("RotationPeriodInDays", &Input::rotation_period_in_days,
                                        {.min = 90, .max = 2560})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(
        kms.change(call, "EnableKeyRotation", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
            TRY_VOID(Kms::check_usable(key));
            const std::int32_t before = key.rotation_days;
            key.rotation_days = input.rotation_period_in_days.value_or(period_days_default);
            if (!key.rotates || key.rotation_days != before) {
                key.next_rotation =
                    base::Timestamp{kms.now().ms + key.rotation_days * base::day_ms};
            }
            key.rotates = true;
            return base::ok();
        }));
    return Output{};
}

}  // namespace enable_key_rotation_operation

constinit const aws::Operation enable_key_rotation =
    aws::operation<&enable_key_rotation_operation::run>("EnableKeyRotation");

}  // namespace kms
