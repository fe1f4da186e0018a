// DeleteParameters: up to ten; those that are not there are named.
#include "services/ssm/shapes.h"

namespace ssm {
namespace delete_parameters_operation {

struct Input {
    std::vector<std::string> names;
    static constexpr auto members() {
        return std::tuple{shape::member("Names", &Input::names, names_rule)};
    }
};
struct Output {
    std::vector<std::string> deleted_parameters;
    std::vector<std::string> invalid_parameters;
    static constexpr auto members() {
        return std::tuple{shape::member("DeletedParameters", &Output::deleted_parameters),
                          shape::member("InvalidParameters", &Output::invalid_parameters)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    Output output;
    for (const std::string& name : input.names) {
        bool there = false;
        TRY_VOID(
            ssm.update(call, resource_name(call, name),
                       [&](const std::optional<ParameterRow>& before) -> aws::Reply<Ssm::Change> {
                           there = before.has_value();
                           return Ssm::Change{};
                       }));
        (there ? output.deleted_parameters : output.invalid_parameters).push_back(name);
    }
    return output;
}

}  // namespace delete_parameters_operation

constinit const aws::Operation delete_parameters =
    aws::operation<&delete_parameters_operation::run>("DeleteParameters");

}  // namespace ssm
