// RemovePermission: one statement less.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace remove_permission_operation {

struct Input {
    std::string function_name;
    std::string statement_id;
    std::optional<std::string> qualifier;
    std::optional<std::string> revision_id;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FunctionName", &Input::function_name, in_path()),
            aws::member("StatementId", &Input::statement_id,
                        {.required = true,
                         .min = 1,
                         .max = 100,
                         .pattern = "([a-zA-Z0-9-_.]+)",
                         .location = shape::Location::path}),
            aws::member("Qualifier", &Input::qualifier, qualifier_in_query()),
            aws::member("RevisionId", &Input::revision_id, {.location = shape::Location::query})};
    }
};

aws::Reply<shape::Empty> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call, input.qualifier.value_or("")));
    const Lambda::Change apply = [&input](FunctionRow& row) -> aws::Reply<void> {
        const auto removed = std::erase_if(row.statements, [&input](const StatementRow& statement) {
            return statement.id == input.statement_id;
        });
        if (removed == 0) return faults::statement_not_found(input.statement_id);
        return base::ok();
    };
    TRY_VOID(lambda.change(name, input.revision_id.value_or(""), Lambda::What::policy, apply));
    return shape::Empty{};
}

}  // namespace remove_permission_operation

constinit const aws::Operation remove_permission =
    aws::operation<&remove_permission_operation::run>(
        "RemovePermission",
        {.http = {"DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", 204}});

}  // namespace lambda
