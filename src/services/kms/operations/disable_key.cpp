// DisableKey.
#include "services/kms/shapes.h"

namespace kms {
namespace disable_key_operation {

using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, KeyIdInput& input) {
    TRY_VOID(kms.change(call, "DisableKey", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
        TRY_VOID(check_not_deleting(call, key));
        key.enabled = false;
        return base::ok();
    }));
    return Output{};
}

}  // namespace disable_key_operation

constinit const aws::Operation disable_key =
    aws::operation<&disable_key_operation::run>("DisableKey");

}  // namespace kms
