// GetParameters: up to ten at once; those that are not there are named.
#include <algorithm>

#include "services/ssm/shapes.h"

namespace ssm {
namespace get_parameters_operation {

struct Input {
    std::vector<std::string> names;
    bool with_decryption = false;
    static constexpr auto members() {
        return std::tuple{shape::member("Names", &Input::names, names_rule),
                          shape::member("WithDecryption", &Input::with_decryption)};
    }
};
struct Output {
    std::vector<ParameterOutput> parameters;
    std::vector<std::string> invalid_parameters;
    static constexpr auto members() {
        return std::tuple{shape::member("Parameters", &Output::parameters),
                          shape::member("InvalidParameters", &Output::invalid_parameters)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    std::sort(input.names.begin(), input.names.end());
    if (std::adjacent_find(input.names.begin(), input.names.end()) != input.names.end()) {
        return faults::validation("Duplicate parameter names are not allowed.");
    }
    Output output;
    for (std::string& name : input.names) {
        auto found = ssm.find(call, name);
        if (!found) {
            if (found.error().http_status >= 500) return std::move(found.error());
            output.invalid_parameters.push_back(std::move(name));
            continue;
        }
        TRY(parameter, show(ssm, call, found.value(), input.with_decryption));
        output.parameters.push_back(std::move(parameter));
    }
    return output;
}

}  // namespace get_parameters_operation

constinit const aws::Operation get_parameters =
    aws::operation<&get_parameters_operation::run>("GetParameters");

}  // namespace ssm
