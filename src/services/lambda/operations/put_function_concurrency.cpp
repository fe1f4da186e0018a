// PutFunctionConcurrency: how many processes the function may use at once; 0 stops it.
#include "services/lambda/lambda.h"

namespace lambda {
namespace put_function_concurrency_operation {

struct Input {
    std::string function_name;
    std::int32_t reserved = 0;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path(140)),
                          aws::member("ReservedConcurrentExecutions", &Input::reserved,
                                      {.required = true, .min = 0})};
    }
};

struct Output {
    std::int32_t reserved = 0;
    static constexpr auto members() {
        return std::tuple{aws::member("ReservedConcurrentExecutions", &Output::reserved)};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call));
    TRY(changed, lambda.change(name, "", Lambda::What::settings,
                               [&input](FunctionRow& row) -> aws::Reply<void> {
                                   row.reserved_concurrency = input.reserved;
                                   return base::ok();
                               }));
    return Output{*changed->reserved_concurrency};
}

}  // namespace put_function_concurrency_operation

constinit const aws::Operation put_function_concurrency =
    aws::operation<&put_function_concurrency_operation::run>(
        "PutFunctionConcurrency",
        {.http = {"PUT", "/2017-10-31/functions/{FunctionName}/concurrency"}});

}  // namespace lambda
