// UpdateFunctionConfiguration: other settings; processes with the old ones end.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace update_function_configuration_operation {

struct Input : Settings {
    std::string function_name;
    std::optional<std::string> revision_id;
    static constexpr auto members() {
        return std::tuple_cat(
            std::tuple{aws::member("FunctionName", &Input::function_name, in_path(140)),
                       aws::member("RevisionId", &Input::revision_id)},
            settings_members());
    }
};

aws::Reply<FunctionConfiguration> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call));
    TRY(changed, lambda.change(name, input.revision_id.value_or(""), Lambda::What::settings,
                               [&input](FunctionRow& row) { return apply_settings(input, row); }));
    return configuration_of(*changed);
}

}  // namespace update_function_configuration_operation

constinit const aws::Operation update_function_configuration =
    aws::operation<&update_function_configuration_operation::run>(
        "UpdateFunctionConfiguration",
        {.http = {"PUT", "/2015-03-31/functions/{FunctionName}/configuration"}});

}  // namespace lambda
