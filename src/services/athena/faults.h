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

inline aws::Fault no_work_group(const std::string& name) {
    return invalid_request("WorkGroup " + name + " is not found.");
}

}  // namespace athena::faults
