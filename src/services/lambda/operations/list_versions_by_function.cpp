// ListVersionsByFunction: $LATEST, the only version there is here.
#include "services/lambda/lambda.h"

namespace lambda {
namespace list_versions_by_function_operation {

struct Input {
    std::string function_name;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        constexpr auto query = shape::Location::query;
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path()),
                          aws::member("Marker", &Input::marker, {.location = query}),
                          aws::member("MaxItems", &Input::max_items,
                                      {.min = 1, .max = 10'000, .location = query})};
    }
};

struct Output {
    std::vector<FunctionConfiguration> versions;
    static constexpr auto members() {
        return std::tuple{aws::member("Versions", &Output::versions)};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(function, lambda.find(input.function_name, call));
    Output output;
    output.versions.push_back(configuration_of(*function));
    output.versions.back().function_arn += ":$LATEST";
    return output;
}

}  // namespace list_versions_by_function_operation

constinit const aws::Operation list_versions_by_function =
    aws::operation<&list_versions_by_function_operation::run>(
        "ListVersionsByFunction",
        {.http = {"GET", "/2015-03-31/functions/{FunctionName}/versions"}});

}  // namespace lambda
