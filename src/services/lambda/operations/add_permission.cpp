// AddPermission: one more statement of the resource policy.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"
#include "services/lambda/policy.h"

namespace lambda {
namespace add_permission_operation {

constexpr const char* source_arn_pattern =
    R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*))";

struct Input {
    std::string function_name;
    std::string statement_id;
    std::string action;
    std::string principal;
    std::optional<std::string> source_arn;
    std::optional<std::string> source_account;
    std::optional<std::string> event_source_token;
    std::optional<std::string> qualifier;
    std::optional<std::string> revision_id;
    std::optional<std::string> principal_org_id;
    std::optional<std::string> function_url_auth_type;
    std::optional<bool> invoked_via_function_url;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FunctionName", &Input::function_name, in_path()),
            aws::member("StatementId", &Input::statement_id,
                        {.required = true, .min = 1, .max = 100, .pattern = "([a-zA-Z0-9-_]+)"}),
            aws::member("Action", &Input::action,
                        {.required = true, .pattern = R"((lambda:[*]|lambda:[a-zA-Z]+|[*]))"}),
            aws::member("Principal", &Input::principal, {.required = true, .pattern = R"([^\s]+)"}),
            aws::member("SourceArn", &Input::source_arn, {.pattern = source_arn_pattern}),
            aws::member("SourceAccount", &Input::source_account,
                        {.max = 12, .pattern = R"(\d{12})"}),
            aws::member("EventSourceToken", &Input::event_source_token,
                        {.max = 256, .pattern = R"([a-zA-Z0-9._\-]+)"}),
            aws::member("Qualifier", &Input::qualifier, qualifier_in_query()),
            aws::member("RevisionId", &Input::revision_id),
            aws::member("PrincipalOrgID", &Input::principal_org_id),
            aws::member("FunctionUrlAuthType", &Input::function_url_auth_type,
                        {.values = "NONE, AWS_IAM"}),
            aws::member("InvokedViaFunctionUrl", &Input::invoked_via_function_url)};
    }
};

struct Output {
    std::string statement;
    static constexpr auto members() {
        return std::tuple{aws::member("Statement", &Output::statement)};
    }
};

bool is_principal(const std::string& text) {
    const bool account =
        text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos;
    return text == "*" || account || text.starts_with("arn:aws") ||
           text.ends_with(".amazonaws.com") || text.ends_with(".amazon.com");
}

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call, input.qualifier.value_or("")));
    if (input.principal_org_id) return faults::unsupported("PrincipalOrgID");
    if (input.function_url_auth_type || input.invoked_via_function_url) {
        return faults::unsupported("FunctionUrlAuthType");
    }
    if (!is_principal(input.principal)) {
        return faults::invalid_parameter(
            "The provided principal was invalid. Please check the "
            "principal and try again.");
    }
    const StatementRow statement{input.statement_id,
                                 input.action,
                                 input.principal,
                                 input.source_arn.value_or(""),
                                 input.source_account.value_or(""),
                                 input.event_source_token.value_or("")};
    const Lambda::Change apply = [&statement](FunctionRow& row) -> aws::Reply<void> {
        for (const auto& other : row.statements) {
            if (other.id == statement.id) return faults::statement_exists(statement.id);
        }
        row.statements.push_back(statement);
        const std::size_t bytes = policy_json(row.statements, row.arn()).size();
        if (bytes > policy_bytes_max) return faults::policy_too_long(bytes, policy_bytes_max);
        return base::ok();
    };
    TRY(changed, lambda.change(name, input.revision_id.value_or(""), Lambda::What::policy, apply));
    return Output{statement_json(statement, changed->arn())};
}

}  // namespace add_permission_operation

constinit const aws::Operation add_permission = aws::operation<&add_permission_operation::run>(
    "AddPermission", {.http = {"POST", "/2015-03-31/functions/{FunctionName}/policy", 201}});

}  // namespace lambda
