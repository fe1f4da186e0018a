// Every fault that CloudFormation answers with, in AWS's words, and the translation of base::Error.
// Clients compare some of these texts: "Stack with id X does not exist" is how the CDK learns that
// a stack has to be created.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "aws/fault.h"
#include "base/result.h"

namespace cloudformation::faults {

inline aws::Fault validation(std::string message) {
    return {"ValidationError", std::move(message)};
}
inline aws::Fault not_supported(const std::string& what) {
    return validation(what + " is not supported by this server.");
}
// DescribeStacks and others that read.
inline aws::Fault stack_with_id_not_found(const std::string& name) {
    return validation("Stack with id " + name + " does not exist");
}
// DescribeStackEvents and what changes a stack.
inline aws::Fault stack_not_found(const std::string& name) {
    return validation("Stack [" + name + "] does not exist");
}
// Of resources.
inline aws::Fault stack_of_resources_not_found(const std::string& name) {
    return validation("Stack '" + name + "' does not exist");
}
inline aws::Fault resource_not_found(const std::string& logical_id, const std::string& stack) {
    return validation("Resource " + logical_id + " does not exist for stack " + stack);
}
inline aws::Fault stack_already_exists(const std::string& name) {
    return {"AlreadyExistsException", "Stack [" + name + "] already exists"};
}
inline aws::Fault change_set_already_exists(const std::string& name) {
    return {"AlreadyExistsException", "ChangeSet " + name + " already exists"};
}
inline aws::Fault change_set_not_found(const std::string& name) {
    return {"ChangeSetNotFound", "ChangeSet [" + name + "] does not exist", 404};
}
inline aws::Fault change_set_status(const std::string& id, const std::string& status) {
    return {"InvalidChangeSetStatus",
            "ChangeSet [" + id + "] cannot be executed in its current status of [" + status + "]"};
}
inline aws::Fault change_set_not_deletable(const std::string& id) {
    return {"InvalidChangeSetStatus",
            "ChangeSet [" + id + "] cannot be deleted while it is being executed"};
}
inline aws::Fault wrong_state(const std::string& stack_id, const std::string& status,
                              const std::string& verb) {
    return validation("Stack:" + stack_id + " is in " + status + " state and can not be " + verb +
                      ".");
}
inline aws::Fault insufficient_capabilities(const std::vector<std::string>& missing) {
    std::string list;
    for (const std::string& one : missing)
        list += (list.empty() ? "" : ", ") + one;
    return {"InsufficientCapabilitiesException", "Requires capabilities : [" + list + "]"};
}
inline aws::Fault limit_exceeded(const std::string& what) {
    return {"LimitExceededException", "Limit for " + what + " has been exceeded"};
}
inline aws::Fault token_used(const std::string& token) {
    return {"TokenAlreadyExistsException", "A client request token already exists: " + token +
                                               " was used for another operation on the stack"};
}
inline aws::Fault no_updates() {
    return validation("No updates are to be performed.");
}
inline aws::Fault termination_protected(const std::string& name) {
    return validation("Stack [" + name +
                      "] cannot be deleted while TerminationProtection is enabled");
}
inline aws::Fault export_in_use(const std::string& name, const std::string& stack,
                                bool deleted = true) {
    return validation("Export " + name + " cannot be " + (deleted ? "deleted" : "updated") +
                      " as it is in use by " + stack);
}
inline aws::Fault export_taken(const std::string& name, const std::string& stack) {
    return validation("Export with name " + name + " is already exported by stack " + stack);
}
inline std::string no_export(const std::string& name) {
    return "No export named " + name + " found";
}
inline aws::Fault export_not_imported(const std::string& name) {
    return validation("Export '" + name + "' is not imported by any stack.");
}

inline aws::Fault stopping() {
    return {"ServiceUnavailable", "The server is stopping, try again.", 503};
}

// What the store and the template language say. Their errors of input carry AWS's words.
inline aws::Fault from(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::invalid:
        case base::ErrorKind::limit:
        case base::ErrorKind::unsupported:
        case base::ErrorKind::not_found:
        case base::ErrorKind::out_of_range:
            return validation(error.message);
        case base::ErrorKind::unavailable:
            return {"ServiceUnavailable", error.describe(), 503};
        default:
            return {"InternalFailure", error.describe(), 500};
    }
}

}  // namespace cloudformation::faults
