// AWS::Lambda::Permission: one statement of a function's policy. Source: CloudFormation's resource
// reference. Ref is the statement's id. Not here: function URLs and organizations.
#include <boost/json/parse.hpp>

#include "aws/resource_type.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace {

namespace json = boost::json;

struct PermissionResource {
    struct Properties {
        std::string action;
        std::string function_name;
        std::string principal;
        std::optional<std::string> source_account;
        std::optional<std::string> source_arn;
        std::optional<std::string> event_source_token;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("Action", &P::action, {.required = true, .replaces = true}),
                aws::member("FunctionName", &P::function_name,
                            {.required = true, .replaces = true}),
                aws::member("Principal", &P::principal, {.required = true, .replaces = true}),
                aws::member("SourceAccount", &P::source_account, {.replaces = true}),
                aws::member("SourceArn", &P::source_arn, {.replaces = true}),
                aws::member("EventSourceToken", &P::event_source_token, {.replaces = true})};
        }
    };
    static constexpr std::string_view attributes[] = {"Id"};

    static std::string identify(const aws::ResourceContext& context, const Properties&) {
        return aws::generated_name(context, 100);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties) {
        return {{"lambda",
                 "RemovePermission",
                 {{"FunctionName", properties.function_name}, {"StatementId", context.physical_id}},
                 {"ResourceNotFoundException"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext&, const Properties& properties) {
        return {{"lambda",
                 "GetPolicy",
                 {{"FunctionName", properties.function_name}},
                 {"ResourceNotFoundException"}}};
    }
    static bool present(const aws::ResourceContext& context, const Properties&,
                        const json::object& output);
    static json::object describe(const aws::ResourceContext& context, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {{"Id", context.physical_id}};
    }
};

aws::Reply<aws::ResourceSteps> PermissionResource::create(const aws::ResourceContext& context,
                                                          const Properties& p) {
    json::object input = {{"FunctionName", p.function_name},
                          {"StatementId", context.physical_id},
                          {"Action", p.action},
                          {"Principal", p.principal}};
    if (p.source_account) input["SourceAccount"] = *p.source_account;
    if (p.source_arn) input["SourceArn"] = *p.source_arn;
    if (p.event_source_token) input["EventSourceToken"] = *p.event_source_token;
    return aws::ResourceSteps{
        {"lambda", "AddPermission", std::move(input), {"ResourceConflictException"}}};
}

bool PermissionResource::present(const aws::ResourceContext& context, const Properties&,
                                 const json::object& output) {
    const auto* text = output.if_contains("Policy");
    if (text == nullptr || !text->is_string()) return false;
    boost::system::error_code error;
    const json::value policy = json::parse(text->as_string(), error);
    const auto* statements =
        error || !policy.is_object() ? nullptr : policy.as_object().if_contains("Statement");
    if (statements == nullptr || !statements->is_array()) return false;
    const auto& list = statements->as_array();
    return std::any_of(list.begin(), list.end(), [&](const json::value& statement) {
        const auto* id = statement.is_object() ? statement.as_object().if_contains("Sid") : nullptr;
        return id != nullptr && *id == json::value(context.physical_id);
    });
}

}  // namespace

constinit const aws::ResourceType permission_resource =
    aws::resource_type<PermissionResource>("AWS::Lambda::Permission");

}  // namespace lambda
