// Every fault that STS answers with, in AWS's words.
#pragma once

#include <string>
#include <utility>

#include "aws/call.h"
#include "aws/fault.h"

namespace identity::faults {

inline aws::Fault validation(std::string message) {
    return {"ValidationError", std::move(message)};
}
inline aws::Fault not_supported(const std::string& member) {
    return validation(member + " is not supported by this server.");
}
// The same whether the role is not there or does not trust the caller, as at AWS.
inline aws::Fault not_authorized(const aws::Caller& caller, const std::string& role_arn) {
    return {"AccessDenied",
            "User: " + caller.arn +
                " is not authorized to perform: sts:AssumeRole on resource: " + role_arn,
            403};
}
inline aws::Fault session_calls_session() {
    return {"AccessDenied", "Cannot call GetSessionToken with session credentials", 403};
}
inline aws::Fault from(const base::Error& error) {
    return {"InternalFailure", error.describe(), 500};
}

}  // namespace identity::faults
