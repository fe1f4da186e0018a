// GetParameter: one, by name, version, label or ARN.
#include "services/ssm/shapes.h"

namespace ssm {
namespace get_parameter_operation {

struct Input {
    std::string name;
    bool with_decryption = false;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, name_rule),
                          shape::member("WithDecryption", &Input::with_decryption)};
    }
};
struct Output {
    ParameterOutput parameter;
    static constexpr auto members() {
        return std::tuple{shape::member("Parameter", &Output::parameter)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY(found, ssm.find(call, input.name));
    TRY(parameter, show(ssm, call, found, input.with_decryption));
    return Output{std::move(parameter)};
}

}  // namespace get_parameter_operation

constinit const aws::Operation get_parameter =
    aws::operation<&get_parameter_operation::run>("GetParameter");

}  // namespace ssm
