// CreateChangeSet: plan what a template would change. The plan is whole when this answers.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace create_change_set_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> template_body;
    std::optional<std::string> template_url;
    std::optional<bool> use_previous_template;
    std::vector<Parameter> parameters;
    Names capabilities;
    Names resource_types;
    std::optional<std::string> role_arn;
    std::optional<RollbackConfiguration> rollback_configuration;
    std::optional<Names> notification_arns;
    std::optional<std::vector<Tag>> tags;
    std::string change_set_name;
    std::optional<std::string> client_token;
    std::optional<std::string> description;
    std::optional<std::string> change_set_type;
    std::vector<ResourceToImport> resources_to_import;
    std::optional<bool> include_nested_stacks;
    std::optional<std::string> on_stack_failure;
    std::optional<bool> import_existing_resources;
    std::optional<std::string> deployment_mode;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, stack_name_rule),
            aws::member("TemplateBody", &Input::template_body, template_body_rule),
            aws::member("TemplateURL", &Input::template_url, template_url_rule),
            aws::member("UsePreviousTemplate", &Input::use_previous_template),
            aws::member("Parameters", &Input::parameters),
            aws::member("Capabilities", &Input::capabilities, capabilities_rule),
            aws::member("ResourceTypes", &Input::resource_types),
            aws::member("RoleARN", &Input::role_arn, role_arn_rule),
            aws::member("RollbackConfiguration", &Input::rollback_configuration),
            aws::member("NotificationARNs", &Input::notification_arns, notification_rule),
            aws::member("Tags", &Input::tags, tags_rule),
            aws::member(
                "ChangeSetName", &Input::change_set_name,
                {.required = true, .min = 1, .max = 128, .pattern = "[a-zA-Z][-a-zA-Z0-9]*"}),
            aws::member("ClientToken", &Input::client_token, {.min = 1, .max = 128}),
            aws::member("Description", &Input::description, {.min = 1, .max = 1024}),
            aws::member("ChangeSetType", &Input::change_set_type,
                        {.values = "CREATE, UPDATE, IMPORT"}),
            aws::member("ResourcesToImport", &Input::resources_to_import, {.max = 200}),
            aws::member("IncludeNestedStacks", &Input::include_nested_stacks),
            aws::member("OnStackFailure", &Input::on_stack_failure, failure_rule),
            aws::member("ImportExistingResources", &Input::import_existing_resources),
            aws::member("DeploymentMode", &Input::deployment_mode, {.values = "REVERT_DRIFT"})};
    }
};

struct Output {
    std::string id;
    std::string stack_id;
    static constexpr auto members() {
        return std::tuple{aws::member("Id", &Output::id),
                          aws::member("StackId", &Output::stack_id)};
    }
};

void run(CloudFormation& stacks, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    auto fits = refuse({&input.notification_arns,
                        &input.rollback_configuration,
                        {{"DeploymentMode", input.deployment_mode.has_value()}}});
    if (!fits) return respond(std::move(fits.error()));
    ChangeSetWanted change_set;
    change_set.type = input.change_set_type.value_or("UPDATE");
    if ((change_set.type == "IMPORT") != !input.resources_to_import.empty()) {
        return respond(faults::validation(
            "ResourcesToImport must be specified with ChangeSetType IMPORT, and only with it"));
    }
    Wanted wanted;
    wanted.template_body = std::move(input.template_body);
    wanted.template_url = std::move(input.template_url);
    wanted.parameters = std::move(input.parameters);
    wanted.capabilities = std::move(input.capabilities);
    wanted.resource_types = std::move(input.resource_types);
    wanted.tags = std::move(input.tags);
    wanted.role_arn = std::move(input.role_arn);
    wanted.use_previous_template = input.use_previous_template.value_or(false);
    change_set.name = input.change_set_name;
    change_set.description = input.description.value_or("");
    change_set.client_token = input.client_token.value_or("");
    change_set.on_stack_failure = input.on_stack_failure.value_or("");
    change_set.include_nested_stacks = input.include_nested_stacks.value_or(false);
    change_set.import_existing = input.import_existing_resources.value_or(false);
    change_set.to_import = std::move(input.resources_to_import);
    stacks.create_change_set(
        call, input.stack_name, std::move(wanted), std::move(change_set),
        [respond = std::move(respond)](aws::Reply<CloudFormation::ChangeSetIds> reply) mutable {
            if (!reply) return respond(std::move(reply.error()));
            respond(Output{std::move(reply.value().id), std::move(reply.value().stack_id)});
        });
}

}  // namespace create_change_set_operation

constinit const aws::Operation create_change_set =
    aws::operation<&create_change_set_operation::run>("CreateChangeSet");

}  // namespace cloudformation
