// Every fault that AgentCore answers with, and the translation of base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/fault.h"

namespace bedrockagentcore::faults {

inline aws::Fault invalid(std::string message) {
    aws::Fault fault("ValidationException", std::move(message));
    fault.members = {{"reason", "FieldValidationFailed"}};
    return fault;
}
inline aws::Fault unsupported(const std::string& what) {
    return invalid("This server does not support " + what + ".");
}
inline aws::Fault not_found(const std::string& what) {
    return {"ResourceNotFoundException", "There is no " + what + ".", 404};
}
inline aws::Fault name_taken(const std::string& name) {
    return {"ConflictException", "An agent runtime with the name '" + name + "' exists already.",
            409};
}
inline aws::Fault token_used(const std::string& id) {
    return {"ConflictException",
            "The client token was used to create the agent runtime " + id + " with other settings.",
            409};
}
inline aws::Fault too_many(const std::string& what) {
    return {"ServiceQuotaExceededException", what, 402};
}
inline aws::Fault other_authorization() {
    return {"AccessDeniedException",
            "Authorization method mismatch. The agent is configured for a different authorization "
            "method than what was used in your request. Check the agent's authorization "
            "configuration and ensure your request uses the matching method (OAuth or SigV4)",
            403};
}
// The program does not do what it should.
inline aws::Fault runtime_error(const std::string& message) {
    return {"RuntimeClientError", "The runtime does not answer: " + message, 424};
}
inline aws::Fault busy() {
    return {"ThrottlingException", "Too many requests wait for the runtime, try again.", 429};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    return {"InternalServerException", error.describe(), 500};
}

}  // namespace bedrockagentcore::faults
