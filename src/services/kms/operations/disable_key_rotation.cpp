// DisableKeyRotation.
#include "services/kms/shapes.h"

namespace kms {
namespace disable_key_rotation_operation {

using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, KeyIdInput& input) {
    TRY_VOID(
        kms.change(call, "DisableKeyRotation", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
            TRY_VOID(Kms::check_usable(key));
            key.rotates = false;
            key.next_rotation.reset();
            return base::ok();
        }));
    return Output{};
}

}  // namespace disable_key_rotation_operation

constinit const aws::Operation disable_key_rotation =
    aws::operation<&disable_key_rotation_operation::run>("DisableKeyRotation");

}  // namespace kms
