// GetPolicy: the resource policy as a JSON document.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"
#include "services/lambda/policy.h"

namespace lambda {
namespace get_policy_operation {

struct Input {
    std::string function_name;
    std::optional<std::string> qualifier;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionName", &Input::function_name, in_path()),
                          aws::member("Qualifier", &Input::qualifier, qualifier_in_query())};
    }
};

struct Output {
    std::string policy;
    std::string revision_id;
    static constexpr auto members() {
        return std::tuple{aws::member("Policy", &Output::policy),
                          aws::member("RevisionId", &Output::revision_id)};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(function, lambda.find(input.function_name, call, input.qualifier.value_or("")));
    if (function->statements.empty()) return faults::no_policy();
    return Output{policy_json(function->statements, function->arn()), function->revision_id};
}

}  // namespace get_policy_operation

constinit const aws::Operation get_policy = aws::operation<&get_policy_operation::run>(
    "GetPolicy", {.http = {"GET", "/2015-03-31/functions/{FunctionName}/policy"}});

}  // namespace lambda
