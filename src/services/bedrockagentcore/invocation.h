// An invocation on its way to the program, whoever checked the caller: the operation for those who
// sign, the app for those who bring a token.
#pragma once

#include <string>

#include "services/bedrockagentcore/bedrockagentcore.h"
#include "wire/http.h"

namespace bedrockagentcore {

inline constexpr std::uint64_t payload_bytes_max = 16ULL * 1024 * 1024;
inline constexpr const char* session_header = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";

// The runtime that `arn` names for `call`, behind the endpoint `qualifier`.
aws::Reply<RuntimeRow> find_invoked(const AgentCore& agents, const aws::Call& call,
                                    const std::string& arn, std::string_view qualifier);
ports::AgentProgram program_of(const aws::Call& call, const RuntimeRow& row);
// Of a request what the platform passes on by itself, and what the runtime's list adds; never
// Authorization, which is between us and the client, and between us and the program.
ports::AgentHeaders headers_for(const wire::RequestHead& head, const RuntimeRow& row);
// A program that does not answer.
aws::Fault fault_of(const base::Error& error);

}  // namespace bedrockagentcore
