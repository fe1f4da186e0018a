// GetFunctionConfiguration: what waiters ask for until the function is active.
#include "services/lambda/lambda.h"

namespace lambda {
namespace get_function_configuration_operation {

struct Input {
    std::string function_name;
    std::optional<std::string> qualifier;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path()),
                          aws::member("Qualifier", &Input::qualifier, qualifier_in_query())};
    }
};

aws::Reply<FunctionConfiguration> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(function, lambda.find(input.function_name, call, input.qualifier.value_or("")));
    return configuration_of(*function);
}

}  // namespace get_function_configuration_operation

constinit const aws::Operation get_function_configuration =
    aws::operation<&get_function_configuration_operation::run>(
        "GetFunctionConfiguration",
        {.http = {"GET", "/2015-03-31/functions/{FunctionName}/configuration"}});

}  // namespace lambda
