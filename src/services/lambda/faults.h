// Every fault that Lambda answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>
#include <string_view>

#include "aws/fault.h"

namespace lambda::faults {

inline aws::Fault make(const char* code, std::string message, int status,
                       const char* type = "User") {
    aws::Fault fault(code, std::move(message), status);
    fault.members = {{"Type", type}};
    return fault;
}

inline aws::Fault invalid_parameter(std::string message) {
    return make("InvalidParameterValueException", std::move(message), 400);
}
inline aws::Fault unsupported(std::string_view what) {
    return invalid_parameter(std::string(what) + " is not supported here.");
}
inline aws::Fault bad_function_name(std::string_view name) {
    return invalid_parameter("Value '" + std::string(name) +
                             "' at 'functionName' is neither a function name nor a function ARN.");
}
inline aws::Fault qualifiers_differ() {
    return invalid_parameter(
        "The derived qualifier from the function name does not match the specified qualifier.");
}
inline aws::Fault not_found(std::string message) {
    return make("ResourceNotFoundException", std::move(message), 404);
}
inline aws::Fault function_not_found(const std::string& arn) {
    return not_found("Function not found: " + arn);
}
inline aws::Fault other_region(std::string_view region, const std::string& here) {
    return not_found("Functions from '" + std::string(region) +
                     "' are not reachable in this region ('" + here + "')");
}
inline aws::Fault conflict(std::string message) {
    return make("ResourceConflictException", std::move(message), 409);
}
inline aws::Fault function_exists(const std::string& name) {
    return conflict("Function already exist: " + name);
}
inline aws::Fault statement_exists(const std::string& id) {
    return conflict("The statement id (" + id +
                    ") provided already exists. Please provide a new statement id, or remove the "
                    "existing statement.");
}
inline aws::Fault statement_not_found(const std::string& id) {
    return not_found("Statement " + id + " is not found in resource policy.");
}
inline aws::Fault no_policy() {
    return not_found("The resource you requested does not exist.");
}
inline aws::Fault precondition_failed() {
    return make("PreconditionFailedException",
                "The RevisionId provided does not match the latest RevisionId. Call the "
                "GetFunction/GetAlias API to retrieve the latest RevisionId",
                412);
}
inline aws::Fault policy_too_long(std::size_t bytes, std::size_t bytes_max) {
    return make("PolicyLengthExceededException",
                "The final policy size (" + std::to_string(bytes) + ") is bigger than the limit (" +
                    std::to_string(bytes_max) + ").",
                400);
}
inline aws::Fault bad_zip() {
    return invalid_parameter(
        "Could not unzip uploaded file. Please check your file, then try to upload again.");
}
// A zip that can be read, with something in it that we do not unpack.
inline aws::Fault refused_zip(const std::string& why) {
    return invalid_parameter("Could not unzip uploaded file. " + why);
}
inline aws::Fault unzipped_too_large(std::uint64_t bytes_max) {
    return invalid_parameter("Unzipped size must be smaller than " + std::to_string(bytes_max) +
                             " bytes");
}
inline aws::Fault no_such_code(const std::string& why) {
    return invalid_parameter("Error occurred while GetObject. S3 Error Code: " + why);
}
inline aws::Fault code_access_denied(const std::string& object) {
    return make("AccessDeniedException",
                "Your access has been denied by S3, please make sure your request credentials have "
                "permission to GetObject for " +
                    object + ". S3 Error Code: AccessDenied. S3 Error Message: Access Denied",
                403);
}
inline aws::Fault code_storage_exceeded(std::string message) {
    return make("CodeStorageExceededException", std::move(message), 400);
}
inline aws::Fault request_too_large(std::uint64_t bytes_max, const char* operation) {
    return make("RequestTooLargeException",
                "Request must be smaller than " + std::to_string(bytes_max) + " bytes for the " +
                    operation + " operation",
                413);
}
inline aws::Fault invalid_payload(const std::string& why) {
    return make("InvalidRequestContentException", "Could not parse request body into json: " + why,
                400);
}
inline aws::Fault throttled(const char* reason) {
    aws::Fault fault = make("TooManyRequestsException", "Rate Exceeded.", 429);
    fault.members.emplace_back("Reason", reason);
    return fault;
}
inline aws::Fault access_denied(const std::string& principal, const std::string& arn) {
    return make("AccessDeniedException",
                "User: " + principal +
                    " is not authorized to perform: lambda:InvokeFunction on resource: " + arn +
                    " because no resource-based policy allows the lambda:InvokeFunction action",
                403);
}
// What we could not do and the caller may try again.
inline aws::Fault service_exception(std::string message) {
    return make("ServiceException", std::move(message), 500, "Service");
}

// A disk or store that does not do its part. Everything else is a bug and stays untranslated.
inline aws::Fault translate(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::unavailable:
        case base::ErrorKind::io:
            return service_exception("The service could not store or read its data: " +
                                     error.message);
        case base::ErrorKind::limit:
            return throttled("CallerRateLimitExceeded");
        default:
            return error;
    }
}

}  // namespace lambda::faults
