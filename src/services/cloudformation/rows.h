// What is stored of stacks. Every table's key begins with (account, region); a stack is known by
// the uuid at the end of its ARN, so that a re-created name is a new stack:
//
//   cloudformation.stacks      (…, uuid)               StackRow
//   cloudformation.names       (…, name)               NameRow: the stack that has the name now
//   cloudformation.templates   (…, uuid, id)           TemplateRow
//   cloudformation.resources   (…, uuid, logical id)   ResourceRow
//   cloudformation.owners      (…, type, physical id)  OwnerRow
//   cloudformation.operations  (…, uuid)               OperationRow: present while one runs
//   cloudformation.events      (…, uuid, ~sequence)    EventRow, newest first
//   cloudformation.change_sets (…, uuid, name)         ChangeSetRow
//   cloudformation.exports     (…, name)               ExportRow
//   cloudformation.imports     (…, name, uuid)         ImportRow
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace cloudformation {

using Tags = std::map<std::string, std::string>;

struct ParameterRow {
    std::string key;
    std::string value;                    // as given; of an SSM type the parameter's name
    std::optional<std::string> resolved;  // SSM types: what it held
    bool no_echo = false;
    bool operator==(const ParameterRow&) const = default;
    static constexpr auto members() {
        using R = ParameterRow;
        return std::tuple{shape::member("key", &R::key), shape::member("value", &R::value),
                          shape::member("resolved", &R::resolved),
                          shape::member("no_echo", &R::no_echo)};
    }
};

// What a stack is made from. A stack has one that is deployed, an operation the one it deploys.
struct ConfigurationRow {
    std::string template_id;  // "": none yet
    std::vector<ParameterRow> parameters;
    std::vector<std::string> capabilities;
    std::vector<std::string> notification_arns;
    Tags tags;
    std::optional<std::string> role_arn;
    std::optional<std::string> description;  // the template's
    static constexpr auto members() {
        using R = ConfigurationRow;
        return std::tuple{shape::member("template_id", &R::template_id),
                          shape::member("parameters", &R::parameters),
                          shape::member("capabilities", &R::capabilities),
                          shape::member("notification_arns", &R::notification_arns),
                          shape::member("tags", &R::tags),
                          shape::member("role_arn", &R::role_arn),
                          shape::member("description", &R::description)};
    }
};

struct OutputRow {
    std::string key;
    std::string value;
    std::optional<std::string> description;
    std::optional<std::string> export_name;
    static constexpr auto members() {
        using R = OutputRow;
        return std::tuple{shape::member("key", &R::key), shape::member("value", &R::value),
                          shape::member("description", &R::description),
                          shape::member("export_name", &R::export_name)};
    }
};

struct StackRow {
    std::string name;
    std::string id;  // arn
    std::string status;
    std::string status_reason;
    ConfigurationRow deployed;
    std::string last_template_id;  // of the last operation, for GetTemplate
    std::vector<OutputRow> outputs;
    std::vector<std::string> imports;  // names of exports it uses
    std::string change_set_id;         // the last one executed
    bool termination_protection = false;
    bool disable_rollback = false;
    std::optional<std::int32_t> timeout_minutes;
    std::string parent_id;  // nested stacks: arns
    std::string root_id;
    base::Timestamp created;
    std::optional<base::Timestamp> updated;
    std::optional<base::Timestamp> deleted;
    std::string last_token;      // the ClientRequestToken of the last operation …
    std::string last_operation;  // … and what it was: "CREATE", "UPDATE", "DELETE"
    static constexpr auto members() {
        using R = StackRow;
        return std::tuple{shape::member("name", &R::name),
                          shape::member("id", &R::id),
                          shape::member("status", &R::status),
                          shape::member("status_reason", &R::status_reason),
                          shape::member("deployed", &R::deployed),
                          shape::member("last_template_id", &R::last_template_id),
                          shape::member("outputs", &R::outputs),
                          shape::member("imports", &R::imports),
                          shape::member("change_set_id", &R::change_set_id),
                          shape::member("termination_protection", &R::termination_protection),
                          shape::member("disable_rollback", &R::disable_rollback),
                          shape::member("timeout_minutes", &R::timeout_minutes),
                          shape::member("parent_id", &R::parent_id),
                          shape::member("root_id", &R::root_id),
                          shape::member("created", &R::created),
                          shape::member("updated", &R::updated),
                          shape::member("deleted", &R::deleted),
                          shape::member("last_token", &R::last_token),
                          shape::member("last_operation", &R::last_operation)};
    }
};

struct NameRow {
    std::string uuid;
    static constexpr auto members() { return std::tuple{shape::member("uuid", &NameRow::uuid)}; }
};

struct TemplateRow {
    std::string body;  // as it was given, byte for byte
    static constexpr auto members() {
        return std::tuple{shape::member("body", &TemplateRow::body)};
    }
};

// One thing that exists, or is being made: what is needed to change and to remove it.
struct InstanceRow {
    std::string type;
    std::string physical_id;
    std::string token;                      // 32 hex digits: the same for every attempt to make it
    bool made = false;                      // we began to make it, so we may remove it
    bool whole = false;                     // every step of its making succeeded once
    std::string properties;                 // JSON, resolved, as deployed
    std::string attributes;                 // JSON object: what Fn::GetAtt gives
    std::vector<std::string> dependencies;  // logical ids: removed after this one
    std::string deletion_policy;            // "" is Delete
    std::string replace_policy;
    std::string metadata;  // JSON
    Tags stack_tags;       // that were in force
    bool no_echo = false;  // attributes of a custom resource
    static constexpr auto members() {
        using R = InstanceRow;
        return std::tuple{shape::member("type", &R::type),
                          shape::member("physical_id", &R::physical_id),
                          shape::member("token", &R::token),
                          shape::member("made", &R::made),
                          shape::member("whole", &R::whole),
                          shape::member("properties", &R::properties),
                          shape::member("attributes", &R::attributes),
                          shape::member("dependencies", &R::dependencies),
                          shape::member("deletion_policy", &R::deletion_policy),
                          shape::member("replace_policy", &R::replace_policy),
                          shape::member("metadata", &R::metadata),
                          shape::member("stack_tags", &R::stack_tags),
                          shape::member("no_echo", &R::no_echo)};
    }
};

struct ResourceRow {
    std::string logical_id;
    std::string status;  // "CREATE_IN_PROGRESS", …
    std::string status_reason;
    base::Timestamp updated;
    std::optional<InstanceRow> current;
    // Of the operation that touched it last.
    std::string operation_id;
    std::int32_t attempt = 0;
    bool created_here = false;            // by that operation: its rollback removes it
    bool adopted = false;                 // it existed before: its rollback lets go of it
    bool restored = false;                // its rollback has put `previous` back
    std::optional<InstanceRow> previous;  // as it was before that operation
    std::vector<InstanceRow> obsolete;    // to be removed in the clean-up
    // `current` stands for another resource than `previous`; both are there.
    bool is_replaced() const {
        return previous->token != current->token || previous->physical_id != current->physical_id;
    }
    static constexpr auto members() {
        using R = ResourceRow;
        return std::tuple{shape::member("logical_id", &R::logical_id),
                          shape::member("status", &R::status),
                          shape::member("status_reason", &R::status_reason),
                          shape::member("updated", &R::updated),
                          shape::member("current", &R::current),
                          shape::member("operation_id", &R::operation_id),
                          shape::member("attempt", &R::attempt),
                          shape::member("created_here", &R::created_here),
                          shape::member("adopted", &R::adopted),
                          shape::member("restored", &R::restored),
                          shape::member("previous", &R::previous),
                          shape::member("obsolete", &R::obsolete)};
    }
};

struct OwnerRow {
    std::string stack_id;
    std::string logical_id;
    static constexpr auto members() {
        return std::tuple{shape::member("stack_id", &OwnerRow::stack_id),
                          shape::member("logical_id", &OwnerRow::logical_id)};
    }
};

// Something under way on a stack. Phases, each durable:
//   create  forward → done | rollback → done
//   update  forward → cleanup → done | rollback → rollback_cleanup → done
//   delete  removal → done
struct OperationRow {
    std::string id;     // uuid
    std::string kind;   // "CREATE", "UPDATE", "DELETE", "IMPORT"
    std::string phase;  // "forward", "cleanup", "rollback", "rollback_cleanup", "removal"
    ConfigurationRow target;
    std::string client_token;
    std::string change_set_id;  // "" when it is none's execution
    std::string on_failure;     // "ROLLBACK", "DO_NOTHING", "DELETE"
    bool retain_except_on_create = false;
    bool import_existing = false;
    bool force = false;                            // DeletionMode FORCE_DELETE_STACK
    std::map<std::string, std::string> to_import;  // logical id → physical id
    std::vector<std::string> retain;               // logical ids not to remove
    std::vector<std::string> skip;                 // ContinueUpdateRollback's ResourcesToSkip
    std::int32_t attempt =
        0;                // a failed update that was not rolled back is tried again as the next
    bool halted = false;  // it failed and waits for somebody to say how to go on
    bool cancel_requested = false;
    std::string failure;  // why it rolls back
    base::Timestamp started;
    static constexpr auto members() {
        using R = OperationRow;
        return std::tuple{shape::member("id", &R::id),
                          shape::member("kind", &R::kind),
                          shape::member("phase", &R::phase),
                          shape::member("target", &R::target),
                          shape::member("client_token", &R::client_token),
                          shape::member("change_set_id", &R::change_set_id),
                          shape::member("on_failure", &R::on_failure),
                          shape::member("retain_except_on_create", &R::retain_except_on_create),
                          shape::member("import_existing", &R::import_existing),
                          shape::member("force", &R::force),
                          shape::member("to_import", &R::to_import),
                          shape::member("retain", &R::retain),
                          shape::member("skip", &R::skip),
                          shape::member("attempt", &R::attempt),
                          shape::member("halted", &R::halted),
                          shape::member("cancel_requested", &R::cancel_requested),
                          shape::member("failure", &R::failure),
                          shape::member("started", &R::started)};
    }
};

struct EventRow {
    std::string id;
    std::string logical_id;
    std::string physical_id;
    std::string type;
    base::Timestamp time;
    std::string status;
    std::string reason;
    std::string properties;
    std::string client_token;
    std::string operation_id;
    static constexpr auto members() {
        using R = EventRow;
        return std::tuple{shape::member("id", &R::id),
                          shape::member("logical_id", &R::logical_id),
                          shape::member("physical_id", &R::physical_id),
                          shape::member("type", &R::type),
                          shape::member("time", &R::time),
                          shape::member("status", &R::status),
                          shape::member("reason", &R::reason),
                          shape::member("properties", &R::properties),
                          shape::member("client_token", &R::client_token),
                          shape::member("operation_id", &R::operation_id)};
    }
};

struct ChangeSetRow {
    std::string name;
    std::string id;    // arn
    std::string type;  // "CREATE", "UPDATE", "IMPORT"
    std::string status;
    std::string status_reason;
    std::string execution_status;
    std::string description;
    base::Timestamp created;
    ConfigurationRow target;
    std::string changes;  // JSON: the list of Change as it is answered
    std::string client_token;
    std::string on_stack_failure;
    bool include_nested_stacks = false;
    bool import_existing = false;
    std::map<std::string, std::string> to_import;
    static constexpr auto members() {
        using R = ChangeSetRow;
        return std::tuple{shape::member("name", &R::name),
                          shape::member("id", &R::id),
                          shape::member("type", &R::type),
                          shape::member("status", &R::status),
                          shape::member("status_reason", &R::status_reason),
                          shape::member("execution_status", &R::execution_status),
                          shape::member("description", &R::description),
                          shape::member("created", &R::created),
                          shape::member("target", &R::target),
                          shape::member("changes", &R::changes),
                          shape::member("client_token", &R::client_token),
                          shape::member("on_stack_failure", &R::on_stack_failure),
                          shape::member("include_nested_stacks", &R::include_nested_stacks),
                          shape::member("import_existing", &R::import_existing),
                          shape::member("to_import", &R::to_import)};
    }
};

struct ExportRow {
    std::string name;
    std::string value;
    std::string stack_id;
    static constexpr auto members() {
        using R = ExportRow;
        return std::tuple{shape::member("name", &R::name), shape::member("value", &R::value),
                          shape::member("stack_id", &R::stack_id)};
    }
};

struct ImportRow {
    std::string stack_name;
    static constexpr auto members() {
        return std::tuple{shape::member("stack_name", &ImportRow::stack_name)};
    }
};

}  // namespace cloudformation
