// DeleteFunctionConcurrency: back to what the machine allows.
#include "services/lambda/lambda.h"

namespace lambda {
namespace delete_function_concurrency_operation {

struct Input {
    std::string function_name;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path(140))};
    }
};

aws::Reply<shape::Empty> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call));
    TRY_VOID(
        lambda.change(name, "", Lambda::What::settings, [](FunctionRow& row) -> aws::Reply<void> {
            row.reserved_concurrency = std::nullopt;
            return base::ok();
        }));
    return shape::Empty{};
}

}  // namespace delete_function_concurrency_operation

constinit const aws::Operation delete_function_concurrency =
    aws::operation<&delete_function_concurrency_operation::run>(
        "DeleteFunctionConcurrency",
        {.http = {"DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", 204}});

}  // namespace lambda
