// Every fault that Systems Manager answers with, in AWS's words, and the translation of
// base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/fault.h"

namespace ssm::faults {

inline aws::Fault validation(std::string message) {
    return {"ValidationException", std::move(message)};
}
// AWS says nothing more either.
inline aws::Fault not_found() {
    return {"ParameterNotFound", ""};
}
inline aws::Fault version_not_found(const std::string& selector, const std::string& name) {
    return {"ParameterVersionNotFound", "Systems Manager could not find version " + selector +
                                            " of " + name + ". Verify the version and try again."};
}
inline aws::Fault already_exists() {
    return {"ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in "
            "the request to true."};
}
inline aws::Fault reserved_name(const std::string& name) {
    return {"AccessDeniedException", "No access to reserved parameter name: " + name + "."};
}
inline aws::Fault too_many_levels() {
    return {"HierarchyLevelLimitExceededException",
            "Hierarchy depth can't be greater than 15 levels."};
}
inline aws::Fault type_mismatch() {
    return {"HierarchyTypeMismatchException",
            "Parameter Store does not support changing a parameter type in a hierarchy. For "
            "example, you can't change a parameter from a String type to a SecureString type. You "
            "must create a new, unique parameter."};
}
inline aws::Fault bad_pattern() {
    return {"InvalidAllowedPatternException",
            "The request does not meet the regular expression requirement."};
}
inline aws::Fault pattern_mismatch(const std::string& pattern) {
    return {"ParameterPatternMismatchException",
            "Parameter value, cannot be validated against allowedPattern: " + pattern};
}
inline aws::Fault max_versions(const std::string& name) {
    return {"ParameterMaxVersionLimitExceeded",
            "You attempted to create a new version of " + name +
                " by calling the PutParameter API with the overwrite flag. The oldest version "
                "can't be deleted because it has a label associated with it. Move the label to "
                "another version of the parameter, and try again."};
}
inline aws::Fault too_many_labels() {
    return {"ParameterVersionLabelLimitExceeded",
            "A parameter version can have maximum 10 labels. Move one or more labels to another "
            "version and try again."};
}
inline aws::Fault too_many_tags() {
    return {"TooManyTagsError", ""};
}
inline aws::Fault invalid_resource_type() {
    return {"InvalidResourceType", "This server has parameters only."};
}
inline aws::Fault invalid_resource_id() {
    return {"InvalidResourceId", ""};
}
inline aws::Fault invalid_next_token() {
    return {"InvalidNextToken", "The specified token isn't valid."};
}
inline aws::Fault invalid_filter_key(const std::string& key) {
    return {"InvalidFilterKey", "The following filter key is not valid: " + key + "."};
}
inline aws::Fault invalid_filter_option(const std::string& option, const std::string& key) {
    return {"InvalidFilterOption",
            "The following filter option is not valid: " + option + " for key " + key + "."};
}
inline aws::Fault invalid_filter_value(std::string message) {
    return {"InvalidFilterValue", std::move(message)};
}
// What KMS refuses: its words under Systems Manager's code.
inline aws::Fault key(const aws::Fault& fault) {
    if (fault.http_status >= 500) return {"InternalServerError", fault.message, 500};
    return {"InvalidKeyId", fault.message.empty() ? fault.code : fault.message};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    return {"InternalServerError", error.describe(), 500};
}

}  // namespace ssm::faults
