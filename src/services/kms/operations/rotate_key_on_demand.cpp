// RotateKeyOnDemand: a new version of the material now; the schedule of rotation stays as it is.
#include <algorithm>

#include "services/kms/shapes.h"

namespace kms {
namespace rotate_key_on_demand_operation {

struct Output {
    std::string key_id;
    static constexpr auto members() { return std::tuple{shape::member("KeyId", &Output::key_id)}; }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, KeyIdInput& input) {
    TRY(row,
        kms.change(call, "RotateKeyOnDemand", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
            TRY_VOID(Kms::check_usable(key));
            const auto asked = std::count_if(key.materials.begin(), key.materials.end(),
                                             [](const MaterialRow& one) { return one.on_demand; });
            if (static_cast<std::size_t>(asked) >= on_demand_max) {
                return faults::limit_exceeded(
                    "You have reached the maximum number of on-demand rotations "
                    "for this KMS key.");
            }
            if (auto done = kms.rotate(key, true); !done) {
                return faults::from(done.error());
            }
            return base::ok();
        }));
    return Output{row.id};
}

}  // namespace rotate_key_on_demand_operation

constinit const aws::Operation rotate_key_on_demand =
    aws::operation<&rotate_key_on_demand_operation::run>("RotateKeyOnDemand");

}  // namespace kms
