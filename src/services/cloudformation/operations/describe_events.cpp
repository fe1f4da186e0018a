// DescribeEvents: an operation's events, or only what has failed; the CDK asks after a change set
// has failed. A change set that has failed shows its reason as one event.
#include <algorithm>

#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/statuses.h"

namespace cloudformation {
namespace describe_events_operation {

struct Filters {
    std::optional<bool> failed_events;
    static constexpr auto members() {
        return std::tuple{aws::member("FailedEvents", &Filters::failed_events)};
    }
};

struct OperationEvent {
    std::string event_id;
    std::string stack_id;
    std::optional<std::string> operation_id;
    std::optional<std::string> operation_type;
    std::string event_type;
    std::optional<std::string> logical_resource_id;
    std::optional<std::string> physical_resource_id;
    std::optional<std::string> resource_type;
    base::Timestamp timestamp;
    std::optional<std::string> resource_status;
    std::optional<std::string> resource_status_reason;
    std::optional<std::string> resource_properties;
    std::optional<std::string> client_request_token;
    std::optional<std::string> validation_status;
    std::optional<std::string> validation_status_reason;
    static constexpr auto members() {
        using E = OperationEvent;
        return std::tuple{aws::member("EventId", &E::event_id),
                          aws::member("StackId", &E::stack_id),
                          aws::member("OperationId", &E::operation_id),
                          aws::member("OperationType", &E::operation_type),
                          aws::member("EventType", &E::event_type),
                          aws::member("LogicalResourceId", &E::logical_resource_id),
                          aws::member("PhysicalResourceId", &E::physical_resource_id),
                          aws::member("ResourceType", &E::resource_type),
                          aws::member("Timestamp", &E::timestamp),
                          aws::member("ResourceStatus", &E::resource_status),
                          aws::member("ResourceStatusReason", &E::resource_status_reason),
                          aws::member("ResourceProperties", &E::resource_properties),
                          aws::member("ClientRequestToken", &E::client_request_token),
                          aws::member("ValidationStatus", &E::validation_status),
                          aws::member("ValidationStatusReason", &E::validation_status_reason)};
    }
};

struct Input {
    std::optional<std::string> stack_name;
    std::optional<std::string> change_set_name;
    std::optional<std::string> operation_id;
    std::optional<Filters> filters;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, optional_stack_name_rule),
            aws::member("ChangeSetName", &Input::change_set_name, optional_change_set_rule),
            aws::member("OperationId", &Input::operation_id),
            aws::member("Filters", &Input::filters),
            aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::vector<OperationEvent> operation_events;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("OperationEvents", &Output::operation_events),
                          aws::member("NextToken", &Output::next_token)};
    }
};

OperationEvent to_operation_event(const StackRow& stack, const EventRow& row) {
    OperationEvent event;
    event.event_id = row.id;
    event.stack_id = stack.id;
    event.operation_id = optional_text(row.operation_id);
    event.event_type = is_failed(row.status) ? "PROVISIONING_ERROR"
                       : row.type == stack_type && row.physical_id == stack.id ? "STACK_EVENT"
                                                                               : "PROGRESS_EVENT";
    event.logical_resource_id = row.logical_id;
    event.physical_resource_id = optional_text(row.physical_id);
    event.resource_type = row.type;
    event.timestamp = row.time;
    event.resource_status = row.status;
    event.resource_status_reason = optional_text(row.reason);
    event.resource_properties = optional_text(row.properties);
    event.client_request_token = optional_text(row.client_token);
    return event;
}

aws::Reply<Output> of_change_set(CloudFormation& stacks, const aws::Call& call,
                                 const Input& input) {
    TRY(found, stacks.find_change_set(call, *input.change_set_name, input.stack_name));
    Output output;
    if (found.row.status != "FAILED") return output;
    OperationEvent event;
    event.event_id = found.row.id;
    event.stack_id = found.stack.id;
    event.operation_type = "CREATE_CHANGESET";
    event.event_type = "VALIDATION_ERROR";
    event.timestamp = found.row.created;
    event.validation_status = "FAILED";
    event.validation_status_reason = found.row.status_reason;
    output.operation_events.push_back(std::move(event));
    return output;
}

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    if (input.change_set_name) return of_change_set(stacks, call, input);
    if (!input.stack_name)
        return faults::validation("StackName or ChangeSetName must be specified");
    TRY(stack, stacks.find_stack(call, *input.stack_name));
    std::vector<OperationEvent> events;
    const bool failed_only = input.filters && input.filters->failed_events.value_or(false);
    auto rows = stacks.tables().events_page(key_of(stack.id), std::nullopt, events_max);
    if (!rows) return faults::from(rows.error());
    for (const EventRow& row : rows.value().events) {
        if (failed_only && !is_failed(row.status)) continue;
        if (input.operation_id && row.operation_id != *input.operation_id) continue;
        events.push_back(to_operation_event(stack, row));
    }
    TRY(page, page_of(std::move(events), input.next_token, page_max));
    return Output{std::move(page.items), std::move(page.next_token)};
}

}  // namespace describe_events_operation

constinit const aws::Operation describe_events =
    aws::operation<&describe_events_operation::run>("DescribeEvents");

}  // namespace cloudformation
