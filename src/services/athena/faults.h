// Every fault that Athena answers with.
#pragma once

#include <string>
#include <utility>

#include "athena_sql/error.h"
#include "aws/fault.h"

namespace athena::faults {

inline aws::Fault invalid_request(std::string message, const char* code = "INVALID_INPUT") {
    aws::Fault fault{"InvalidRequestException", std::move(message)};
    fault.members.emplace_back("AthenaErrorCode", code);
    return fault;
}

inline aws::Fault not_supported(const std::string& what) {
    return invalid_request(what + " is not supported by this server.");
}

// The statement itself: no execution exists.
inline aws::Fault malformed(const athena_sql::SqlError& error) {
    return invalid_request(error.positioned(), "MALFORMED_QUERY");
}

inline aws::Fault too_many_queries() {
    aws::Fault fault{"TooManyRequestsException",
                     "You have exceeded the limit for the number of queries you can run "
                     "concurrently. Please reduce the number of concurrent queries submitted by "
                     "this account."};
    fault.members.emplace_back("Reason", "CONCURRENT_QUERY_LIMIT_EXCEEDED");
    return fault;
}

inline aws::Fault metadata(std::string message) {
    return {"MetadataException", std::move(message)};
}

inline aws::Fault internal(const base::Error& error) {
    return {"InternalServerException", error.describe(), 500};
}

inline aws::Fault no_execution(const std::string& id) {
    return invalid_request("QueryExecution " + id + " was not found");
}

// What the store below says, where nothing more exact is known.
template <class T>
aws::Reply<T> reply(base::Result<T> result) {
    if (!result) return internal(result.error());
    if constexpr (std::is_void_v<T>) {
        return base::ok();
    } else {
        return std::move(result.value());
    }
}

// Athena's codes do not tell what is missing or taken: our own resource types need to know.
inline aws::Fault with_cause(aws::Fault fault, const char* cause) {
    fault.cause = cause;
    return fault;
}
inline constexpr const char* group_not_found = "WorkGroupNotFound";
inline constexpr const char* group_exists = "WorkGroupExists";
inline constexpr const char* query_not_found = "NamedQueryNotFound";

inline aws::Fault no_work_group(const std::string& name) {
    return with_cause(invalid_request("WorkGroup " + name + " is not found."), group_not_found);
}

inline aws::Fault group_is_taken() {
    return with_cause(invalid_request("WorkGroup is already created"), group_exists);
}

inline aws::Fault group_is_disabled(const std::string& name) {
    return invalid_request("WorkGroup " + name + " is disabled.");
}

inline aws::Fault no_named_query(const std::string& id) {
    return with_cause(invalid_request("NamedQuery " + id + " was not found"), query_not_found);
}

inline aws::Fault not_found(std::string message, const std::string& name) {
    aws::Fault fault{"ResourceNotFoundException", std::move(message)};
    fault.members.emplace_back("ResourceName", name);
    return fault;
}

inline aws::Fault no_statement(const std::string& name, const std::string& group) {
    return not_found("PreparedStatement " + name + " was not found in workGroup " + group, name);
}

inline aws::Fault too_many(const std::string& what, std::size_t most) {
    return invalid_request("There may be at most " + std::to_string(most) + " " + what + ".");
}

}  // namespace athena::faults
