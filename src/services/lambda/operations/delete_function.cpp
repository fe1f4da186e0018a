// DeleteFunction: its processes end, what waits for it is dropped.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace delete_function_operation {

struct Input {
    std::string function_name;
    std::optional<std::string> qualifier;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path()),
                          aws::member("Qualifier", &Input::qualifier, qualifier_in_query())};
    }
};

struct Output {
    std::int32_t status = 204;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StatusCode", &Output::status, {.location = shape::Location::status})};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call, input.qualifier.value_or("")));
    if (name.qualifier == "$LATEST") {
        TRY(found, lambda.find(name));
        return faults::invalid_parameter(
            "$LATEST version cannot be deleted without deleting the function.");
    }
    TRY_VOID(lambda.remove(name));
    return Output{};
}

}  // namespace delete_function_operation

constinit const aws::Operation delete_function = aws::operation<&delete_function_operation::run>(
    "DeleteFunction", {.http = {"DELETE", "/2015-03-31/functions/{FunctionName}", 204}});

}  // namespace lambda
