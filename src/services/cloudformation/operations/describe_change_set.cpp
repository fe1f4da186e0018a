// DescribeChangeSet: what a change set would change, and why.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"
#include "wire/json.h"

namespace cloudformation {
namespace describe_change_set_operation {

struct Input {
    std::string change_set_name;
    std::optional<std::string> stack_name;
    std::optional<std::string> next_token;
    std::optional<bool> include_property_values;
    static constexpr auto members() {
        return std::tuple{aws::member("ChangeSetName", &Input::change_set_name, change_set_rule),
                          aws::member("StackName", &Input::stack_name, optional_stack_name_rule),
                          aws::member("NextToken", &Input::next_token, page_token_rule),
                          aws::member("IncludePropertyValues", &Input::include_property_values)};
    }
};

struct Output {
    std::string change_set_name;
    std::string change_set_id;
    std::string stack_id;
    std::string stack_name;
    std::optional<std::string> description;
    std::vector<Parameter> parameters;
    base::Timestamp creation_time;
    std::string execution_status;
    std::string status;
    std::optional<std::string> status_reason;
    Names notification_arns;
    RollbackConfiguration rollback_configuration;
    Names capabilities;
    std::vector<Tag> tags;
    std::vector<Change> changes;
    std::optional<std::string> next_token;
    bool include_nested_stacks = false;
    std::optional<std::string> on_stack_failure;
    bool import_existing_resources = false;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ChangeSetName", &Output::change_set_name),
            aws::member("ChangeSetId", &Output::change_set_id),
            aws::member("StackId", &Output::stack_id),
            aws::member("StackName", &Output::stack_name),
            aws::member("Description", &Output::description),
            aws::member("Parameters", &Output::parameters),
            aws::member("CreationTime", &Output::creation_time),
            aws::member("ExecutionStatus", &Output::execution_status),
            aws::member("Status", &Output::status),
            aws::member("StatusReason", &Output::status_reason),
            aws::member("NotificationARNs", &Output::notification_arns),
            aws::member("RollbackConfiguration", &Output::rollback_configuration),
            aws::member("Capabilities", &Output::capabilities),
            aws::member("Tags", &Output::tags),
            aws::member("Changes", &Output::changes),
            aws::member("NextToken", &Output::next_token),
            aws::member("IncludeNestedStacks", &Output::include_nested_stacks),
            aws::member("OnStackFailure", &Output::on_stack_failure),
            aws::member("ImportExistingResources", &Output::import_existing_resources)};
    }
};

struct Listed {
    std::vector<Change> changes;
    static constexpr auto members() { return std::tuple{aws::member("changes", &Listed::changes)}; }
};

// What is shown with IncludePropertyValues only.
void hide_values(std::vector<Change>& changes) {
    for (Change& change : changes) {
        ResourceChange& resource = change.resource_change;
        resource.before_context.reset();
        resource.after_context.reset();
        for (ChangeDetail& detail : resource.details) {
            detail.target.path.reset();
            detail.target.before_value.reset();
            detail.target.after_value.reset();
            detail.target.attribute_change_type.reset();
        }
    }
}

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(found, stacks.find_change_set(call, input.change_set_name, input.stack_name));
    const ChangeSetRow& row = found.row;
    std::vector<Change> changes;
    const std::string listed = R"({"changes":)" + row.changes + "}";
    auto decoded = wire::decode_json<Listed>(listed);
    if (!decoded) return faults::from(decoded.error());
    TRY(page, page_of(std::move(decoded.value().changes), input.next_token, large_page_max));
    if (!input.include_property_values.value_or(false)) hide_values(page.items);
    Output output;
    output.change_set_name = row.name;
    output.change_set_id = row.id;
    output.stack_id = found.stack.id;
    output.stack_name = found.stack.name;
    output.description = optional_text(row.description);
    output.parameters = to_parameters(row.target.parameters);
    output.creation_time = row.created;
    output.execution_status = row.execution_status;
    output.status = row.status;
    output.status_reason = optional_text(row.status_reason);
    output.notification_arns = row.target.notification_arns;
    output.capabilities = row.target.capabilities;
    output.tags = to_tags(row.target.tags);
    output.changes = std::move(page.items);
    output.next_token = std::move(page.next_token);
    output.include_nested_stacks = row.include_nested_stacks;
    output.on_stack_failure = optional_text(row.on_stack_failure);
    output.import_existing_resources = row.import_existing;
    return output;
}

}  // namespace describe_change_set_operation

constinit const aws::Operation describe_change_set =
    aws::operation<&describe_change_set_operation::run>("DescribeChangeSet");

}  // namespace cloudformation
