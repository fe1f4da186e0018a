// DeleteParameter, with all its versions.
#include "services/ssm/shapes.h"

namespace ssm {
namespace delete_parameter_operation {

struct Input {
    std::string name;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, name_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY_VOID(ssm.update(call, resource_name(call, input.name),
                        [](const std::optional<ParameterRow>& before) -> aws::Reply<Ssm::Change> {
                            if (!before) return faults::not_found();
                            return Ssm::Change{};
                        }));
    return Output{};
}

}  // namespace delete_parameter_operation

constinit const aws::Operation delete_parameter =
    aws::operation<&delete_parameter_operation::run>("DeleteParameter");

}  // namespace ssm
