// CancelKeyDeletion: the key stays, disabled, as at AWS.
#include "services/kms/shapes.h"

namespace kms {
namespace cancel_key_deletion_operation {

struct Output {
    std::string key_id;
    static constexpr auto members() { return std::tuple{shape::member("KeyId", &Output::key_id)}; }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, KeyIdInput& input) {
    TRY(row,
        kms.change(call, "CancelKeyDeletion", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
            if (!key.deletion_date) {
                return faults::not_pending_deletion(key_arn(call, key.id));
            }
            key.deletion_date.reset();
            key.enabled = false;
            return base::ok();
        }));
    return Output{key_arn(call, row.id)};
}

}  // namespace cancel_key_deletion_operation

constinit const aws::Operation cancel_key_deletion =
    aws::operation<&cancel_key_deletion_operation::run>("CancelKeyDeletion");

}  // namespace kms
