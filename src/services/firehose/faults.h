// Every fault that Firehose answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>

#include "aws/fault.h"

namespace firehose::faults {

inline aws::Fault invalid_argument(std::string message) {
    return {"InvalidArgumentException", std::move(message)};
}
inline aws::Fault not_found(const std::string& name, const std::string& account) {
    return {"ResourceNotFoundException",
            "Firehose " + name + " under account " + account + " not found."};
}
inline aws::Fault exists(const std::string& name, const std::string& account) {
    return {"ResourceInUseException",
            "Firehose " + name + " under accountId " + account + " already exists"};
}
inline aws::Fault not_active(const std::string& name, const std::string& account,
                             const char* status) {
    return {"ResourceInUseException", "Firehose " + name + " under accountId " + account +
                                          " is not in ACTIVE state, instead in state " + status};
}
inline aws::Fault limit_exceeded(std::string message) {
    return {"LimitExceededException", std::move(message)};
}
inline aws::Fault changed_meanwhile(const std::string& name) {
    return {"ConcurrentModificationException",
            "Firehose " + name + " was changed by another request. Read it and try again."};
}
inline aws::Fault source_not_found(const std::string& arn) {
    return invalid_argument("The Kinesis stream " + arn + " was not found.");
}

// What went wrong below: a log or the store.
inline aws::Fault from(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::unavailable:
        case base::ErrorKind::limit:
            return {"ServiceUnavailableException",
                    "The server cannot take more now: " + error.message, 503};
        case base::ErrorKind::invalid:
            return invalid_argument(error.message);
        default:
            return {"InternalFailure", "Internal failure: " + error.describe(), 500};
    }
}

}  // namespace firehose::faults
