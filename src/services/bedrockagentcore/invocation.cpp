#include "services/bedrockagentcore/invocation.h"

#include <algorithm>

#include "services/bedrockagentcore/faults.h"

namespace bedrockagentcore {

namespace {

constexpr const char* passed_headers[] = {
    "Content-Type",         "Accept",
    "Mcp-Session-Id",       session_header,
    "Mcp-Protocol-Version", "X-Amzn-Bedrock-AgentCore-Runtime-User-Id",
    "X-Amzn-Trace-Id",      "traceparent",
    "tracestate",           "baggage"};
// Of the connection between the client and us.
constexpr const char* own_headers[] = {"authorization", "host", "content-length",
                                       "transfer-encoding", "connection"};

}  // namespace

aws::Reply<RuntimeRow> find_invoked(const AgentCore& agents, const aws::Call& call,
                                    const std::string& arn, std::string_view qualifier) {
    TRY(id, id_of_arn(call, arn));
    TRY(row, agents.find(call, id));
    if (qualifier == "DEFAULT") return row;
    return faults::not_found("endpoint " + std::string(qualifier) + " of " + row.id);
}

ports::AgentProgram program_of(const aws::Call& call, const RuntimeRow& row) {
    ports::AgentProgram program;
    program.key = program_key(call, row);
    program.account = call.account();
    program.region = call.region;
    program.role_arn = row.role_arn;
    program.session_name = row.id;
    program.environment = row.environment;
    program.idle_seconds_max = row.idle_seconds_max;
    program.lifetime_seconds_max = row.lifetime_seconds_max;
    return program;
}

ports::AgentHeaders headers_for(const wire::RequestHead& head, const RuntimeRow& row) {
    ports::AgentHeaders headers;
    for (const char* name : passed_headers) {
        if (const std::string* value = head.headers.find(name)) headers.emplace_back(name, *value);
    }
    for (const std::string& name : row.header_allowlist) {
        const auto is = [&name](std::string_view other) {
            return wire::equals_ignoring_case(name, other);
        };
        const bool ours = std::any_of(std::begin(own_headers), std::end(own_headers), is);
        const bool there = std::any_of(headers.begin(), headers.end(),
                                       [&](const auto& one) { return is(one.first); });
        const std::string* value = head.headers.find(name);
        if (value != nullptr && !ours && !there) headers.emplace_back(name, *value);
    }
    return headers;
}

aws::Fault fault_of(const base::Error& error) {
    return error.kind == base::ErrorKind::limit ? faults::busy()
                                                : faults::runtime_error(error.message);
}

}  // namespace bedrockagentcore
