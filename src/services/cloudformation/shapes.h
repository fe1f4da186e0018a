// The wire's shapes that several operations share: parameters, stacks, resources, events, changes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace cloudformation {

inline constexpr const char* stack_name_pattern =
    R"(([a-zA-Z][-a-zA-Z0-9]*)|(arn:\b(aws|aws-us-gov|aws-cn)\b:[-a-zA-Z0-9:/._+]*))";
inline constexpr const char* change_set_pattern = "[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*";
inline constexpr const char* token_pattern = "[a-zA-Z0-9][-a-zA-Z0-9]*";
inline constexpr const char* capability_values =
    "CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND";

inline constexpr shape::Constraints required_rule{.required = true};
inline constexpr shape::Constraints stack_name_rule{
    .required = true, .min = 1, .pattern = stack_name_pattern};
inline constexpr shape::Constraints optional_stack_name_rule{.min = 1,
                                                             .pattern = stack_name_pattern};
inline constexpr shape::Constraints change_set_rule{
    .required = true, .min = 1, .max = 1600, .pattern = change_set_pattern};
inline constexpr shape::Constraints optional_change_set_rule{
    .min = 1, .max = 1600, .pattern = change_set_pattern};
inline constexpr shape::Constraints token_rule{.min = 1, .max = 128, .pattern = token_pattern};
inline constexpr shape::Constraints page_token_rule{.min = 1, .max = 1024};
inline constexpr shape::Constraints template_body_rule{.min = 1};
inline constexpr shape::Constraints template_url_rule{.min = 1, .max = 5120};
inline constexpr shape::Constraints role_arn_rule{.min = 20, .max = 2048};
inline constexpr shape::Constraints notification_rule{.max = 5};
inline constexpr shape::Constraints tags_rule{.max = 50};
inline constexpr shape::Constraints capabilities_rule{.values = capability_values};
inline constexpr shape::Constraints policy_rule{.min = 1, .max = 16'384};
inline constexpr shape::Constraints failure_rule{.values = "DO_NOTHING, ROLLBACK, DELETE"};

using Names = std::vector<std::string>;

struct Parameter {
    std::optional<std::string> parameter_key;
    std::optional<std::string> parameter_value;
    std::optional<bool> use_previous_value;
    std::optional<std::string> resolved_value;
    static constexpr auto members() {
        using S = Parameter;
        return std::tuple{shape::member("ParameterKey", &S::parameter_key),
                          shape::member("ParameterValue", &S::parameter_value),
                          shape::member("UsePreviousValue", &S::use_previous_value),
                          shape::member("ResolvedValue", &S::resolved_value)};
    }
};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        using S = Tag;
        return std::tuple{shape::member("Key", &S::key, {.required = true, .min = 1, .max = 128}),
                          shape::member("Value", &S::value, {.required = true, .max = 256})};
    }
};

struct RollbackTrigger {
    std::string arn;
    std::string type;
    static constexpr auto members() {
        using S = RollbackTrigger;
        return std::tuple{shape::member("Arn", &S::arn, required_rule),
                          shape::member("Type", &S::type, required_rule)};
    }
};

struct RollbackConfiguration {
    std::vector<RollbackTrigger> rollback_triggers;
    std::optional<std::int32_t> monitoring_time_in_minutes;
    static constexpr auto members() {
        using S = RollbackConfiguration;
        return std::tuple{shape::member("RollbackTriggers", &S::rollback_triggers, {.max = 5}),
                          shape::member("MonitoringTimeInMinutes", &S::monitoring_time_in_minutes,
                                        {.min = 0, .max = 180})};
    }
};

struct ResourceToImport {
    std::string resource_type;
    std::string logical_resource_id;
    std::map<std::string, std::string> resource_identifier;
    static constexpr auto members() {
        using S = ResourceToImport;
        return std::tuple{
            shape::member("ResourceType", &S::resource_type,
                          {.required = true, .min = 1, .max = 256}),
            shape::member("LogicalResourceId", &S::logical_resource_id, required_rule),
            shape::member("ResourceIdentifier", &S::resource_identifier,
                          {.required = true, .min = 1, .max = 256})};
    }
};

struct Output {
    std::string output_key;
    std::string output_value;
    std::optional<std::string> description;
    std::optional<std::string> export_name;
    static constexpr auto members() {
        using S = Output;
        return std::tuple{shape::member("OutputKey", &S::output_key),
                          shape::member("OutputValue", &S::output_value),
                          shape::member("Description", &S::description),
                          shape::member("ExportName", &S::export_name)};
    }
};

struct DriftInformation {
    std::string stack_drift_status;
    static constexpr auto members() {
        using S = DriftInformation;
        return std::tuple{shape::member("StackDriftStatus", &S::stack_drift_status)};
    }
};

struct ResourceDriftInformation {
    std::string stack_resource_drift_status;
    static constexpr auto members() {
        using S = ResourceDriftInformation;
        return std::tuple{
            shape::member("StackResourceDriftStatus", &S::stack_resource_drift_status)};
    }
};

struct Stack {
    std::optional<std::string> stack_id;
    std::string stack_name;
    std::optional<std::string> change_set_id;
    std::optional<std::string> description;
    std::vector<Parameter> parameters;
    base::Timestamp creation_time;
    std::optional<base::Timestamp> deletion_time;
    std::optional<base::Timestamp> last_updated_time;
    RollbackConfiguration rollback_configuration;
    std::string stack_status;
    std::optional<std::string> stack_status_reason;
    bool disable_rollback = false;
    Names notification_arns;
    std::optional<std::int32_t> timeout_in_minutes;
    Names capabilities;
    std::vector<Output> outputs;
    std::optional<std::string> role_arn;
    std::vector<Tag> tags;
    bool enable_termination_protection = false;
    std::optional<std::string> parent_id;
    std::optional<std::string> root_id;
    DriftInformation drift_information;
    static constexpr auto members() {
        using S = Stack;
        return std::tuple{
            shape::member("StackId", &S::stack_id),
            shape::member("StackName", &S::stack_name),
            shape::member("ChangeSetId", &S::change_set_id),
            shape::member("Description", &S::description),
            shape::member("Parameters", &S::parameters),
            shape::member("CreationTime", &S::creation_time),
            shape::member("DeletionTime", &S::deletion_time),
            shape::member("LastUpdatedTime", &S::last_updated_time),
            shape::member("RollbackConfiguration", &S::rollback_configuration),
            shape::member("StackStatus", &S::stack_status),
            shape::member("StackStatusReason", &S::stack_status_reason),
            shape::member("DisableRollback", &S::disable_rollback),
            shape::member("NotificationARNs", &S::notification_arns),
            shape::member("TimeoutInMinutes", &S::timeout_in_minutes),
            shape::member("Capabilities", &S::capabilities),
            shape::member("Outputs", &S::outputs),
            shape::member("RoleARN", &S::role_arn),
            shape::member("Tags", &S::tags),
            shape::member("EnableTerminationProtection", &S::enable_termination_protection),
            shape::member("ParentId", &S::parent_id),
            shape::member("RootId", &S::root_id),
            shape::member("DriftInformation", &S::drift_information)};
    }
};

struct StackSummary {
    std::optional<std::string> stack_id;
    std::string stack_name;
    std::optional<std::string> template_description;
    base::Timestamp creation_time;
    std::optional<base::Timestamp> last_updated_time;
    std::optional<base::Timestamp> deletion_time;
    std::string stack_status;
    std::optional<std::string> stack_status_reason;
    std::optional<std::string> parent_id;
    std::optional<std::string> root_id;
    DriftInformation drift_information;
    static constexpr auto members() {
        using S = StackSummary;
        return std::tuple{shape::member("StackId", &S::stack_id),
                          shape::member("StackName", &S::stack_name),
                          shape::member("TemplateDescription", &S::template_description),
                          shape::member("CreationTime", &S::creation_time),
                          shape::member("LastUpdatedTime", &S::last_updated_time),
                          shape::member("DeletionTime", &S::deletion_time),
                          shape::member("StackStatus", &S::stack_status),
                          shape::member("StackStatusReason", &S::stack_status_reason),
                          shape::member("ParentId", &S::parent_id),
                          shape::member("RootId", &S::root_id),
                          shape::member("DriftInformation", &S::drift_information)};
    }
};

struct StackEvent {
    std::string stack_id;
    std::string event_id;
    std::string stack_name;
    std::optional<std::string> operation_id;
    std::optional<std::string> logical_resource_id;
    std::optional<std::string> physical_resource_id;
    std::optional<std::string> resource_type;
    base::Timestamp timestamp;
    std::optional<std::string> resource_status;
    std::optional<std::string> resource_status_reason;
    std::optional<std::string> resource_properties;
    std::optional<std::string> client_request_token;
    static constexpr auto members() {
        using S = StackEvent;
        return std::tuple{shape::member("StackId", &S::stack_id),
                          shape::member("EventId", &S::event_id),
                          shape::member("StackName", &S::stack_name),
                          shape::member("OperationId", &S::operation_id),
                          shape::member("LogicalResourceId", &S::logical_resource_id),
                          shape::member("PhysicalResourceId", &S::physical_resource_id),
                          shape::member("ResourceType", &S::resource_type),
                          shape::member("Timestamp", &S::timestamp),
                          shape::member("ResourceStatus", &S::resource_status),
                          shape::member("ResourceStatusReason", &S::resource_status_reason),
                          shape::member("ResourceProperties", &S::resource_properties),
                          shape::member("ClientRequestToken", &S::client_request_token)};
    }
};

struct StackResource {
    std::optional<std::string> stack_name;
    std::optional<std::string> stack_id;
    std::string logical_resource_id;
    std::optional<std::string> physical_resource_id;
    std::string resource_type;
    base::Timestamp timestamp;
    std::string resource_status;
    std::optional<std::string> resource_status_reason;
    ResourceDriftInformation drift_information;
    static constexpr auto members() {
        using S = StackResource;
        return std::tuple{shape::member("StackName", &S::stack_name),
                          shape::member("StackId", &S::stack_id),
                          shape::member("LogicalResourceId", &S::logical_resource_id),
                          shape::member("PhysicalResourceId", &S::physical_resource_id),
                          shape::member("ResourceType", &S::resource_type),
                          shape::member("Timestamp", &S::timestamp),
                          shape::member("ResourceStatus", &S::resource_status),
                          shape::member("ResourceStatusReason", &S::resource_status_reason),
                          shape::member("DriftInformation", &S::drift_information)};
    }
};

struct StackResourceDetail {
    std::optional<std::string> stack_name;
    std::optional<std::string> stack_id;
    std::string logical_resource_id;
    std::optional<std::string> physical_resource_id;
    std::string resource_type;
    base::Timestamp last_updated_timestamp;
    std::string resource_status;
    std::optional<std::string> resource_status_reason;
    std::optional<std::string> metadata;
    ResourceDriftInformation drift_information;
    static constexpr auto members() {
        using S = StackResourceDetail;
        return std::tuple{shape::member("StackName", &S::stack_name),
                          shape::member("StackId", &S::stack_id),
                          shape::member("LogicalResourceId", &S::logical_resource_id),
                          shape::member("PhysicalResourceId", &S::physical_resource_id),
                          shape::member("ResourceType", &S::resource_type),
                          shape::member("LastUpdatedTimestamp", &S::last_updated_timestamp),
                          shape::member("ResourceStatus", &S::resource_status),
                          shape::member("ResourceStatusReason", &S::resource_status_reason),
                          shape::member("Metadata", &S::metadata),
                          shape::member("DriftInformation", &S::drift_information)};
    }
};

struct StackResourceSummary {
    std::string logical_resource_id;
    std::optional<std::string> physical_resource_id;
    std::string resource_type;
    base::Timestamp last_updated_timestamp;
    std::string resource_status;
    std::optional<std::string> resource_status_reason;
    ResourceDriftInformation drift_information;
    static constexpr auto members() {
        using S = StackResourceSummary;
        return std::tuple{shape::member("LogicalResourceId", &S::logical_resource_id),
                          shape::member("PhysicalResourceId", &S::physical_resource_id),
                          shape::member("ResourceType", &S::resource_type),
                          shape::member("LastUpdatedTimestamp", &S::last_updated_timestamp),
                          shape::member("ResourceStatus", &S::resource_status),
                          shape::member("ResourceStatusReason", &S::resource_status_reason),
                          shape::member("DriftInformation", &S::drift_information)};
    }
};

struct ChangeSetSummary {
    std::string stack_id;
    std::string stack_name;
    std::string change_set_id;
    std::string change_set_name;
    std::string execution_status;
    std::string status;
    std::optional<std::string> status_reason;
    base::Timestamp creation_time;
    std::optional<std::string> description;
    bool include_nested_stacks = false;
    bool import_existing_resources = false;
    static constexpr auto members() {
        using S = ChangeSetSummary;
        return std::tuple{shape::member("StackId", &S::stack_id),
                          shape::member("StackName", &S::stack_name),
                          shape::member("ChangeSetId", &S::change_set_id),
                          shape::member("ChangeSetName", &S::change_set_name),
                          shape::member("ExecutionStatus", &S::execution_status),
                          shape::member("Status", &S::status),
                          shape::member("StatusReason", &S::status_reason),
                          shape::member("CreationTime", &S::creation_time),
                          shape::member("Description", &S::description),
                          shape::member("IncludeNestedStacks", &S::include_nested_stacks),
                          shape::member("ImportExistingResources", &S::import_existing_resources)};
    }
};

// What of a resource changes.
struct ChangeTarget {
    std::string attribute;
    std::optional<std::string> name;
    std::optional<std::string> requires_recreation;
    std::optional<std::string> path;
    std::optional<std::string> before_value;
    std::optional<std::string> after_value;
    std::optional<std::string> attribute_change_type;
    static constexpr auto members() {
        using S = ChangeTarget;
        return std::tuple{shape::member("Attribute", &S::attribute),
                          shape::member("Name", &S::name),
                          shape::member("RequiresRecreation", &S::requires_recreation),
                          shape::member("Path", &S::path),
                          shape::member("BeforeValue", &S::before_value),
                          shape::member("AfterValue", &S::after_value),
                          shape::member("AttributeChangeType", &S::attribute_change_type)};
    }
};

struct ChangeDetail {
    ChangeTarget target;
    std::string evaluation;
    std::optional<std::string> change_source;
    std::optional<std::string> causing_entity;
    static constexpr auto members() {
        using S = ChangeDetail;
        return std::tuple{shape::member("Target", &S::target),
                          shape::member("Evaluation", &S::evaluation),
                          shape::member("ChangeSource", &S::change_source),
                          shape::member("CausingEntity", &S::causing_entity)};
    }
};

struct ResourceChange {
    std::optional<std::string> policy_action;
    std::string action;
    std::string logical_resource_id;
    std::optional<std::string> physical_resource_id;
    std::string resource_type;
    std::optional<std::string> replacement;
    Names scope;
    std::vector<ChangeDetail> details;
    std::optional<std::string> change_set_id;
    std::optional<std::string> before_context;
    std::optional<std::string> after_context;
    static constexpr auto members() {
        using S = ResourceChange;
        return std::tuple{shape::member("PolicyAction", &S::policy_action),
                          shape::member("Action", &S::action),
                          shape::member("LogicalResourceId", &S::logical_resource_id),
                          shape::member("PhysicalResourceId", &S::physical_resource_id),
                          shape::member("ResourceType", &S::resource_type),
                          shape::member("Replacement", &S::replacement),
                          shape::member("Scope", &S::scope),
                          shape::member("Details", &S::details),
                          shape::member("ChangeSetId", &S::change_set_id),
                          shape::member("BeforeContext", &S::before_context),
                          shape::member("AfterContext", &S::after_context)};
    }
};

struct Change {
    std::string type;
    ResourceChange resource_change;
    static constexpr auto members() {
        using S = Change;
        return std::tuple{shape::member("Type", &S::type),
                          shape::member("ResourceChange", &S::resource_change)};
    }
};

struct Export {
    std::string exporting_stack_id;
    std::string name;
    std::string value;
    static constexpr auto members() {
        using S = Export;
        return std::tuple{shape::member("ExportingStackId", &S::exporting_stack_id),
                          shape::member("Name", &S::name), shape::member("Value", &S::value)};
    }
};

struct ParameterConstraints {
    Names allowed_values;
    static constexpr auto members() {
        using S = ParameterConstraints;
        return std::tuple{shape::member("AllowedValues", &S::allowed_values)};
    }
};

struct ParameterDeclaration {
    std::string parameter_key;
    std::optional<std::string> default_value;
    std::string parameter_type;
    bool no_echo = false;
    std::optional<std::string> description;
    std::optional<ParameterConstraints> parameter_constraints;
    static constexpr auto members() {
        using S = ParameterDeclaration;
        return std::tuple{shape::member("ParameterKey", &S::parameter_key),
                          shape::member("DefaultValue", &S::default_value),
                          shape::member("ParameterType", &S::parameter_type),
                          shape::member("NoEcho", &S::no_echo),
                          shape::member("Description", &S::description),
                          shape::member("ParameterConstraints", &S::parameter_constraints)};
    }
};

struct TemplateParameter {
    std::string parameter_key;
    std::optional<std::string> default_value;
    bool no_echo = false;
    std::optional<std::string> description;
    static constexpr auto members() {
        using S = TemplateParameter;
        return std::tuple{shape::member("ParameterKey", &S::parameter_key),
                          shape::member("DefaultValue", &S::default_value),
                          shape::member("NoEcho", &S::no_echo),
                          shape::member("Description", &S::description)};
    }
};

struct ResourceIdentifierSummary {
    std::string resource_type;
    Names logical_resource_ids;
    Names resource_identifiers;
    static constexpr auto members() {
        using S = ResourceIdentifierSummary;
        return std::tuple{shape::member("ResourceType", &S::resource_type),
                          shape::member("LogicalResourceIds", &S::logical_resource_ids),
                          shape::member("ResourceIdentifiers", &S::resource_identifiers)};
    }
};

}  // namespace cloudformation
