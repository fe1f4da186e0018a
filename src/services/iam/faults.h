// Every fault that IAM answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/call.h"
#include "aws/fault.h"

namespace iam::faults {

inline aws::Fault no_such_entity(std::string message) {
    return {"NoSuchEntity", std::move(message), 404};
}
inline aws::Fault no_role(const std::string& name) {
    return no_such_entity("The role with name " + name + " cannot be found.");
}
inline aws::Fault no_role_policy(const std::string& name) {
    return no_such_entity("The role policy with name " + name + " cannot be found.");
}
inline aws::Fault no_policy(const std::string& arn) {
    return no_such_entity("Policy " + arn + " was not found.");
}
inline aws::Fault not_attachable(const std::string& arn) {
    return no_such_entity("Policy " + arn + " does not exist or is not attachable.");
}
inline aws::Fault no_boundary_policy(const std::string& arn) {
    return no_such_entity("Scope ARN: " + arn + " does not exist or is not attachable.");
}
inline aws::Fault no_version(const std::string& arn, const std::string& version) {
    return no_such_entity("Policy " + arn + " version " + version +
                          " does not exist or is not attachable.");
}
inline aws::Fault role_exists(const std::string& name) {
    return {"EntityAlreadyExists", "Role with name " + name + " already exists.", 409};
}
inline aws::Fault policy_exists(const std::string& name) {
    return {"EntityAlreadyExists",
            "A policy called " + name + " already exists. Duplicate names are not allowed.", 409};
}
inline aws::Fault delete_conflict(std::string message) {
    return {"DeleteConflict", std::move(message), 409};
}
inline aws::Fault limit_exceeded(std::string message) {
    return {"LimitExceeded", std::move(message), 409};
}
inline aws::Fault quota_exceeded(const std::string& quota, std::size_t max) {
    return limit_exceeded("Cannot exceed quota for " + quota + ": " + std::to_string(max));
}
inline aws::Fault malformed_policy(std::string message) {
    return {"MalformedPolicyDocument", std::move(message)};
}
inline aws::Fault invalid_input(std::string message) {
    return {"InvalidInput", std::move(message)};
}
inline aws::Fault invalid_arn(const std::string& arn) {
    return invalid_input("ARN " + arn + " is not valid.");
}
inline aws::Fault invalid_marker() {
    return {"ValidationError", "Invalid Marker."};
}
// What belongs to AWS is not changed.
inline aws::Fault not_yours(const aws::Call& call, const std::string& action,
                            const std::string& arn) {
    return {"AccessDenied",
            "User: " + call.caller.arn + " is not authorized to perform: iam:" + action +
                " on resource: policy " + arn,
            403};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    return {"ServiceFailure", error.describe(), 500};
}

}  // namespace iam::faults
