// Every fault that CloudWatch Logs answers with, in AWS's words, and the translation of
// base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/fault.h"

namespace logs::faults {

inline aws::Fault invalid_parameter(std::string message) {
    return {"InvalidParameterException", std::move(message)};
}
inline aws::Fault group_not_found() {
    return {"ResourceNotFoundException", "The specified log group does not exist."};
}
inline aws::Fault stream_not_found() {
    return {"ResourceNotFoundException", "The specified log stream does not exist."};
}
inline aws::Fault resource_not_found() {
    return {"ResourceNotFoundException", "The specified resource does not exist."};
}
inline aws::Fault group_exists() {
    return {"ResourceAlreadyExistsException", "The specified log group already exists"};
}
inline aws::Fault stream_exists() {
    return {"ResourceAlreadyExistsException", "The specified log stream already exists"};
}
inline aws::Fault limit_exceeded() {
    return {"LimitExceededException", "Resource limit exceeded."};
}
inline aws::Fault too_many_tags() {
    return {"TooManyTagsException", "A resource can have no more than 50 tags."};
}
inline aws::Fault invalid_token() {
    return invalid_parameter("The specified nextToken is invalid.");
}

// What the store and the logs below say. `missing` is what a not_found means here.
inline aws::Fault from(const base::Error& error, aws::Fault missing = group_not_found()) {
    switch (error.kind) {
        case base::ErrorKind::not_found:
            return missing;
        case base::ErrorKind::invalid:
            return invalid_parameter(error.message);
        case base::ErrorKind::limit:
            return limit_exceeded();
        default:
            return {"ServiceUnavailableException", error.describe(), 500};
    }
}

template <class T>
aws::Reply<T> reply(base::Result<T> result, aws::Fault missing = group_not_found()) {
    if (!result) return from(result.error(), std::move(missing));
    if constexpr (std::is_void_v<T>) {
        return base::ok();
    } else {
        return std::move(result.value());
    }
}

}  // namespace logs::faults
