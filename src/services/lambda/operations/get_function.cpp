// GetFunction: the configuration, a URL of the zip, tags, concurrency.
#include "services/lambda/lambda.h"

namespace lambda {
namespace get_function_operation {

struct Input {
    std::string function_name;
    std::optional<std::string> qualifier;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path()),
                          aws::member("Qualifier", &Input::qualifier, qualifier_in_query())};
    }
};

struct Code {
    std::string repository_type = "S3";
    std::string location;
    static constexpr auto members() {
        return std::tuple{aws::member("RepositoryType", &Code::repository_type),
                          aws::member("Location", &Code::location)};
    }
};

struct Concurrency {
    std::int32_t reserved = 0;
    static constexpr auto members() {
        return std::tuple{aws::member("ReservedConcurrentExecutions", &Concurrency::reserved)};
    }
};

struct Output {
    FunctionConfiguration configuration;
    Code code;
    std::optional<std::map<std::string, std::string>> tags;
    std::optional<Concurrency> concurrency;
    static constexpr auto members() {
        return std::tuple{aws::member("Configuration", &Output::configuration),
                          aws::member("Code", &Output::code), aws::member("Tags", &Output::tags),
                          aws::member("Concurrency", &Output::concurrency)};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(function, lambda.find(input.function_name, call, input.qualifier.value_or("")));
    Output output;
    output.configuration = configuration_of(*function);
    output.code.location = lambda.code_url(*function, call);
    if (!function->tags.empty()) output.tags = function->tags;
    if (function->reserved_concurrency) {
        output.concurrency = Concurrency{*function->reserved_concurrency};
    }
    return output;
}

}  // namespace get_function_operation

constinit const aws::Operation get_function = aws::operation<&get_function_operation::run>(
    "GetFunction", {.http = {"GET", "/2015-03-31/functions/{FunctionName}"}});

}  // namespace lambda
