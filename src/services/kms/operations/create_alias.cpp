// CreateAlias.
#include "services/kms/shapes.h"

namespace kms {
namespace create_alias_operation {

struct Input {
    std::string alias_name;
    std::string target_key_id;
    static constexpr auto members() {
        return std::tuple{shape::member("AliasName", &Input::alias_name, alias_rule),
                          shape::member("TargetKeyId", &Input::target_key_id, key_id_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(name, alias_name(input.alias_name));
    TRY_VOID(kms.put_alias(call, name, input.target_key_id, Kms::AliasMust::be_new));
    return Output{};
}

}  // namespace create_alias_operation

constinit const aws::Operation create_alias =
    aws::operation<&create_alias_operation::run>("CreateAlias");

}  // namespace kms
