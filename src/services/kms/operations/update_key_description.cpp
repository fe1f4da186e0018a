// UpdateKeyDescription.
#include "services/kms/shapes.h"

namespace kms {
namespace update_key_description_operation {

struct Input {
    std::string key_id;
    std::string description;
    static constexpr auto members() {
        return std::tuple{
            shape::member("KeyId", &Input::key_id, key_id_rule),
            shape::member("Description", &Input::description, {.required = true, .max = 8192})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(kms.change(call, "UpdateKeyDescription", input.key_id,
                        [&](KeyRow& key) -> aws::Reply<void> {
                            TRY_VOID(check_not_deleting(call, key));
                            key.description = input.description;
                            return base::ok();
                        }));
    return Output{};
}

}  // namespace update_key_description_operation

constinit const aws::Operation update_key_description =
    aws::operation<&update_key_description_operation::run>("UpdateKeyDescription");

}  // namespace kms
