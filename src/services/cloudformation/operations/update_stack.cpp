// UpdateStack: a new template or new parameters for a stack, without a change set.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace update_stack_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> template_body;
    std::optional<std::string> template_url;
    std::optional<bool> use_previous_template;
    std::optional<std::string> stack_policy_during_update_body;
    std::optional<std::string> stack_policy_during_update_url;
    std::vector<Parameter> parameters;
    Names capabilities;
    Names resource_types;
    std::optional<std::string> role_arn;
    std::optional<RollbackConfiguration> rollback_configuration;
    std::optional<std::string> stack_policy_body;
    std::optional<std::string> stack_policy_url;
    std::optional<Names> notification_arns;
    std::optional<std::vector<Tag>> tags;
    std::optional<bool> disable_rollback;
    std::optional<std::string> client_request_token;
    std::optional<bool> retain_except_on_create;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, {.required = true, .min = 1}),
            aws::member("TemplateBody", &Input::template_body, template_body_rule),
            aws::member("TemplateURL", &Input::template_url, template_url_rule),
            aws::member("UsePreviousTemplate", &Input::use_previous_template),
            aws::member("StackPolicyDuringUpdateBody", &Input::stack_policy_during_update_body,
                        policy_rule),
            aws::member("StackPolicyDuringUpdateURL", &Input::stack_policy_during_update_url,
                        template_url_rule),
            aws::member("Parameters", &Input::parameters),
            aws::member("Capabilities", &Input::capabilities, capabilities_rule),
            aws::member("ResourceTypes", &Input::resource_types),
            aws::member("RoleARN", &Input::role_arn, role_arn_rule),
            aws::member("RollbackConfiguration", &Input::rollback_configuration),
            aws::member("StackPolicyBody", &Input::stack_policy_body, policy_rule),
            aws::member("StackPolicyURL", &Input::stack_policy_url, template_url_rule),
            aws::member("NotificationARNs", &Input::notification_arns, notification_rule),
            aws::member("Tags", &Input::tags, tags_rule),
            aws::member("DisableRollback", &Input::disable_rollback),
            aws::member("ClientRequestToken", &Input::client_request_token, token_rule),
            aws::member("RetainExceptOnCreate", &Input::retain_except_on_create)};
    }
};

struct Output {
    std::string stack_id;
    static constexpr auto members() {
        return std::tuple{aws::member("StackId", &Output::stack_id)};
    }
};

void run(CloudFormation& stacks, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    auto fits = refuse(
        {&input.notification_arns,
         &input.rollback_configuration,
         {{"StackPolicyBody", input.stack_policy_body.has_value()},
          {"StackPolicyURL", input.stack_policy_url.has_value()},
          {"StackPolicyDuringUpdateBody", input.stack_policy_during_update_body.has_value()},
          {"StackPolicyDuringUpdateURL", input.stack_policy_during_update_url.has_value()}}});
    if (!fits) return respond(std::move(fits.error()));
    Wanted wanted;
    wanted.template_body = std::move(input.template_body);
    wanted.template_url = std::move(input.template_url);
    wanted.parameters = std::move(input.parameters);
    wanted.capabilities = std::move(input.capabilities);
    wanted.resource_types = std::move(input.resource_types);
    wanted.tags = std::move(input.tags);
    wanted.role_arn = std::move(input.role_arn);
    wanted.use_previous_template = input.use_previous_template.value_or(false);
    Manner manner;
    manner.client_token = input.client_request_token.value_or("");
    manner.disable_rollback = input.disable_rollback.value_or(false);
    manner.retain_except_on_create = input.retain_except_on_create.value_or(false);
    stacks.update_stack(
        call, input.stack_name, std::move(wanted), std::move(manner),
        [&stacks, respond = std::move(respond)](aws::Reply<std::string> reply) mutable {
            if (!reply) return respond(std::move(reply.error()));
            const StackKey key = key_of(reply.value());
            stacks.answer_in_time(
                key, [respond = std::move(respond), id = std::move(reply.value())]() mutable {
                    respond(Output{std::move(id)});
                });
        });
}

}  // namespace update_stack_operation

constinit const aws::Operation update_stack =
    aws::operation<&update_stack_operation::run>("UpdateStack");

}  // namespace cloudformation
