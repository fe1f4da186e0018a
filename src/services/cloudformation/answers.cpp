#include "services/cloudformation/answers.h"

#include <algorithm>
#include <charconv>

#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {

std::optional<std::string> optional_text(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

Stack to_stack(const StackRow& row) {
    Stack stack;
    stack.stack_id = row.id;
    stack.stack_name = row.name;
    stack.change_set_id = optional_text(row.change_set_id);
    stack.description = row.deployed.description;
    stack.parameters = to_parameters(row.deployed.parameters);
    stack.creation_time = row.created;
    stack.deletion_time = row.deleted;
    stack.last_updated_time = row.updated;
    stack.stack_status = row.status;
    stack.stack_status_reason = optional_text(row.status_reason);
    stack.disable_rollback = row.disable_rollback;
    stack.notification_arns = row.deployed.notification_arns;
    stack.timeout_in_minutes = row.timeout_minutes;
    stack.capabilities = row.deployed.capabilities;
    for (const OutputRow& output : row.outputs) {
        stack.outputs.push_back({output.key, output.value, output.description, output.export_name});
    }
    stack.role_arn = row.deployed.role_arn;
    stack.tags = to_tags(row.deployed.tags);
    stack.enable_termination_protection = row.termination_protection;
    stack.parent_id = optional_text(row.parent_id);
    stack.root_id = optional_text(row.root_id);
    stack.drift_information = {"NOT_CHECKED"};
    return stack;
}

StackSummary to_summary(const StackRow& row) {
    StackSummary summary;
    summary.stack_id = row.id;
    summary.stack_name = row.name;
    summary.template_description = row.deployed.description;
    summary.creation_time = row.created;
    summary.last_updated_time = row.updated;
    summary.deletion_time = row.deleted;
    summary.stack_status = row.status;
    summary.stack_status_reason = optional_text(row.status_reason);
    summary.parent_id = optional_text(row.parent_id);
    summary.root_id = optional_text(row.root_id);
    summary.drift_information = {"NOT_CHECKED"};
    return summary;
}

StackEvent to_event(const StackRow& stack, EventRow row) {
    StackEvent event;
    event.stack_id = stack.id;
    event.event_id = std::move(row.id);
    event.stack_name = stack.name;
    event.operation_id = optional_text(row.operation_id);
    event.logical_resource_id = std::move(row.logical_id);
    event.physical_resource_id = std::move(row.physical_id);
    event.resource_type = std::move(row.type);
    event.timestamp = row.time;
    event.resource_status = std::move(row.status);
    event.resource_status_reason = optional_text(row.reason);
    event.resource_properties = optional_text(row.properties);
    event.client_request_token = optional_text(row.client_token);
    return event;
}

StackResource to_resource(const StackRow& stack, const ResourceRow& row) {
    StackResource resource;
    resource.stack_name = stack.name;
    resource.stack_id = stack.id;
    resource.logical_resource_id = row.logical_id;
    if (row.current) {
        resource.physical_resource_id = row.current->physical_id;
        resource.resource_type = row.current->type;
    }
    resource.timestamp = row.updated;
    resource.resource_status = row.status;
    resource.resource_status_reason = optional_text(row.status_reason);
    resource.drift_information = {"NOT_CHECKED"};
    return resource;
}

StackResourceSummary to_resource_summary(const ResourceRow& row) {
    StackResourceSummary summary;
    summary.logical_resource_id = row.logical_id;
    if (row.current) {
        summary.physical_resource_id = row.current->physical_id;
        summary.resource_type = row.current->type;
    }
    summary.last_updated_timestamp = row.updated;
    summary.resource_status = row.status;
    summary.resource_status_reason = optional_text(row.status_reason);
    summary.drift_information = {"NOT_CHECKED"};
    return summary;
}

ChangeSetSummary to_summary(const StackRow& stack, const ChangeSetRow& row) {
    ChangeSetSummary summary;
    summary.stack_id = stack.id;
    summary.stack_name = stack.name;
    summary.change_set_id = row.id;
    summary.change_set_name = row.name;
    summary.execution_status = row.execution_status;
    summary.status = row.status;
    summary.status_reason = optional_text(row.status_reason);
    summary.creation_time = row.created;
    summary.description = optional_text(row.description);
    summary.include_nested_stacks = row.include_nested_stacks;
    summary.import_existing_resources = row.import_existing;
    return summary;
}

aws::Reply<void> refuse(const Unsupported& options) {
    if (options.notification_arns != nullptr && *options.notification_arns &&
        !(*options.notification_arns)->empty()) {
        return faults::not_supported("NotificationARNs (there are no SNS topics here)");
    }
    if (options.rollback != nullptr && *options.rollback &&
        (!(*options.rollback)->rollback_triggers.empty() ||
         (*options.rollback)->monitoring_time_in_minutes.value_or(0) > 0)) {
        return faults::not_supported("RollbackConfiguration (there are no alarms here)");
    }
    for (const auto& [name, there] : options.others) {
        if (there) return faults::not_supported(name);
    }
    return base::ok();
}

aws::Reply<std::size_t> page_start(const std::optional<std::string>& token, std::size_t size) {
    if (!token) return std::size_t{0};
    std::size_t start = 0;
    const char* end = token->data() + token->size();
    const auto [at, error] = std::from_chars(token->data(), end, start);
    if (error != std::errc() || at != end) return faults::validation("Invalid NextToken");
    return std::min(start, size);
}

}  // namespace cloudformation
