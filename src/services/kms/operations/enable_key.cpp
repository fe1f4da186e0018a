// EnableKey.
#include "services/kms/shapes.h"

namespace kms {
namespace enable_key_operation {

using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, KeyIdInput& input) {
    TRY_VOID(kms.change(call, "EnableKey", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
        TRY_VOID(check_not_deleting(call, key));
        key.enabled = true;
        return base::ok();
    }));
    return Output{};
}

}  // namespace enable_key_operation

constinit const aws::Operation enable_key = aws::operation<&enable_key_operation::run>("EnableKey");

}  // namespace kms
