// GetFunctionConcurrency.
#include "services/lambda/lambda.h"

namespace lambda {
namespace get_function_concurrency_operation {

struct Input {
    std::string function_name;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path(140))};
    }
};

struct Output {
    std::optional<std::int32_t> reserved;
    static constexpr auto members() {
        return std::tuple{aws::member("ReservedConcurrentExecutions", &Output::reserved)};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(function, lambda.find(input.function_name, call));
    return Output{function->reserved_concurrency};
}

}  // namespace get_function_concurrency_operation

constinit const aws::Operation get_function_concurrency =
    aws::operation<&get_function_concurrency_operation::run>(
        "GetFunctionConcurrency",
        {.http = {"GET", "/2019-09-30/functions/{FunctionName}/concurrency"}});

}  // namespace lambda
