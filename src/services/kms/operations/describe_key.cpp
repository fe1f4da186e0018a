// DescribeKey by id, ARN or alias.
#include "services/kms/shapes.h"

namespace kms {
namespace describe_key_operation {

struct Input {
    std::string key_id;
    GrantTokens grant_tokens;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("GrantTokens", &Input::grant_tokens, grant_tokens_rule)};
    }
};

aws::Reply<KeyMetadataOutput> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(check_use(input.grant_tokens));
    TRY(key, kms.resolve(call, input.key_id));
    return KeyMetadataOutput{describe(call, key)};
}

}  // namespace describe_key_operation

constinit const aws::Operation describe_key =
    aws::operation<&describe_key_operation::run>("DescribeKey");

}  // namespace kms
