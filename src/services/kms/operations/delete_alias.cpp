// DeleteAlias: its key stays.
#include "services/kms/shapes.h"

namespace kms {
namespace delete_alias_operation {

struct Input {
    std::string alias_name;
    static constexpr auto members() {
        return std::tuple{shape::member("AliasName", &Input::alias_name, alias_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(name, alias_name(input.alias_name));
    TRY_VOID(kms.remove_alias(call, name));
    return Output{};
}

}  // namespace delete_alias_operation

constinit const aws::Operation delete_alias =
    aws::operation<&delete_alias_operation::run>("DeleteAlias");

}  // namespace kms
