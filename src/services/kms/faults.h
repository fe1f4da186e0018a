// Every fault that KMS answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/fault.h"

namespace kms::faults {

inline aws::Fault validation(std::string message) {
    return {"ValidationException", std::move(message)};
}
inline aws::Fault key_not_found(const std::string& arn) {
    return {"NotFoundException", "Key '" + arn + "' does not exist"};
}
inline aws::Fault alias_not_found(const std::string& arn) {
    return {"NotFoundException", "Alias " + arn + " is not found."};
}
inline aws::Fault invalid_key_id(const std::string& text) {
    return {"NotFoundException", "Invalid keyId '" + text + "'"};
}
inline aws::Fault policy_not_found(const std::string& name) {
    return {"NotFoundException", "No such policy exists: " + name};
}
inline aws::Fault wrong_region(const std::string& region) {
    return {"NotFoundException", "Invalid arn " + region};
}
inline aws::Fault invalid_arn(const std::string& text) {
    return {"InvalidArnException", "Invalid arn " + text};
}
inline aws::Fault foreign_account(const std::string& caller, const std::string& arn) {
    return {"AccessDeniedException",
            "User: " + caller + " is not authorized to use " + arn +
                " because the resource does not exist in this Region, no resource-based policies "
                "allow access, or a resource-based policy explicitly denies access"};
}
inline aws::Fault managed_by_aws(const std::string& caller, std::string_view operation,
                                 const std::string& arn) {
    return {"AccessDeniedException",
            "User: " + caller + " is not authorized to perform: kms:" + std::string(operation) +
                " on resource: " + arn + " because no resource-based policy allows the kms:" +
                std::string(operation) + " action"};
}
inline aws::Fault disabled(const std::string& arn) {
    return {"DisabledException", arn + " is disabled."};
}
inline aws::Fault pending_deletion(const std::string& arn) {
    return {"KMSInvalidStateException", arn + " is pending deletion."};
}
inline aws::Fault not_pending_deletion(const std::string& arn) {
    return {"KMSInvalidStateException", arn + " is not pending deletion."};
}
inline aws::Fault invalid_ciphertext() {
    return {"InvalidCiphertextException", ""};
}
inline aws::Fault unknown_ciphertext_key() {
    return {"AccessDeniedException",
            "The ciphertext refers to a customer master key that does not exist, does not exist in "
            "this region, or you are not allowed to access."};
}
inline aws::Fault incorrect_key() {
    return {"IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation."};
}
inline aws::Fault invalid_key_usage(std::string message) {
    return {"InvalidKeyUsageException", std::move(message)};
}
inline aws::Fault invalid_grant_token() {
    return {"InvalidGrantTokenException",
            "Invalid grant token: there are no grants on this server."};
}
inline aws::Fault dry_run() {
    return {"DryRunOperationException",
            "The request would have succeeded, but the DryRun option is set."};
}
inline aws::Fault unsupported(std::string message) {
    return {"UnsupportedOperationException", std::move(message)};
}
inline aws::Fault malformed_policy(std::string message) {
    return {"MalformedPolicyDocumentException", std::move(message)};
}
inline aws::Fault limit_exceeded(std::string message) {
    return {"LimitExceededException", std::move(message)};
}
inline aws::Fault tag(std::string message) {
    return {"TagException", std::move(message)};
}
inline aws::Fault invalid_marker() {
    return {"InvalidMarkerException", "Could not deserialize marker"};
}
inline aws::Fault alias_exists(const std::string& arn) {
    return {"AlreadyExistsException", "An alias with the name " + arn + " already exists"};
}
inline aws::Fault reserved_alias() {
    return {"NotAuthorizedException", "Names that begin with alias/aws/ are reserved."};
}
inline aws::Fault alias_characters(const std::string& name) {
    return {"InvalidAliasNameException", name + " contains invalid characters for an alias"};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    return {"KMSInternalException", error.describe(), 500};
}

}  // namespace kms::faults
