// Every fault that EventBridge answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/fault.h"

namespace events::faults {

inline aws::Fault validation(std::string message) {
    return {"ValidationException", std::move(message)};
}
inline aws::Fault rule_not_found(const std::string& name) {
    return {"ResourceNotFoundException", "Rule " + name + " does not exist on EventBus default."};
}
inline aws::Fault bus_not_found(const std::string& name) {
    return {"ResourceNotFoundException", "Event bus " + name + " does not exist."};
}
inline aws::Fault limit_exceeded() {
    return {"LimitExceededException", "The requested resource exceeds the maximum number allowed."};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    return {"InternalException", error.describe(), 500};
}

}  // namespace events::faults
