// What services ask about IAM roles: may this caller take the role on? STS asks for AssumeRole; a
// service that is given a role asks with itself as the caller (Caller::service_principal).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aws/call.h"
#include "base/result.h"

namespace ports {

struct RoleRequest {
    std::string role_arn;  // "arn:aws:iam::123456789012:role/path/name"
    aws::Caller caller;
    std::string session_name;
    std::optional<std::string> external_id;
    base::Timestamp time;
};

struct RoleAnswer {
    enum class Verdict : std::uint8_t {
        absent,   // no role of that ARN
        refused,  // its trust policy does not let this caller
        trusted,
    };
    Verdict verdict = Verdict::absent;
    std::string role_id;                       // "AROA…"; "" when absent
    std::int64_t session_seconds_max = 3'600;  // the role's MaxSessionDuration
};

class Roles {
  public:
    virtual ~Roles() = default;
    // Any thread. errors: corrupt, io (of the store)
    virtual base::Result<RoleAnswer> ask_role(const RoleRequest& request) const = 0;
};

}  // namespace ports
