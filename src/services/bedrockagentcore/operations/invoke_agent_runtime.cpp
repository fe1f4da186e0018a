// InvokeAgentRuntime: the payload goes to the program as it is, and its answer comes back as it is.
#include "base/ids.h"
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/invocation.h"
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace invoke_agent_runtime_operation {

using Text = std::optional<std::string>;

constexpr shape::Constraints header(const char* name, std::int64_t min, std::int64_t max) {
    return {.min = min, .max = max, .wire_name = name, .location = shape::Location::header};
}
constexpr shape::Constraints answer_header(const char* name) {
    return {.wire_name = name, .location = shape::Location::header};
}

struct Input {
    Text content_type, accept, mcp_session_id, runtime_session_id, mcp_protocol_version,
        runtime_user_id, trace_id, trace_parent, trace_state, baggage;
    std::string arn;
    Text qualifier;
    Text account_id;
    base::Blob payload;
    static constexpr auto members() {
        using I = Input;
        constexpr auto query = shape::Location::query;
        return std::tuple{
            aws::member("contentType", &I::content_type, header("Content-Type", 1, 256)),
            aws::member("accept", &I::accept, header("Accept", 1, 256)),
            aws::member("mcpSessionId", &I::mcp_session_id, header("Mcp-Session-Id", 1, 1024)),
            aws::member("runtimeSessionId", &I::runtime_session_id,
                        header(session_header, 33, 256)),
            aws::member("mcpProtocolVersion", &I::mcp_protocol_version,
                        header("Mcp-Protocol-Version", 1, 1024)),
            aws::member("runtimeUserId", &I::runtime_user_id,
                        header("X-Amzn-Bedrock-AgentCore-Runtime-User-Id", 1, 1024)),
            aws::member("traceId", &I::trace_id, header("X-Amzn-Trace-Id", 0, 128)),
            aws::member("traceParent", &I::trace_parent, header("traceparent", 0, 128)),
            aws::member("traceState", &I::trace_state, header("tracestate", 0, 512)),
            aws::member("baggage", &I::baggage, header("baggage", 0, 8192)),
            aws::member("agentRuntimeArn", &I::arn,
                        {.required = true, .location = shape::Location::path}),
            aws::member("qualifier", &I::qualifier, {.location = query}),
            aws::member("accountId", &I::account_id, {.pattern = "[0-9]{12}", .location = query}),
            aws::member("payload", &I::payload,
                        {.location = shape::Location::payload, .sensitive = true})};
    }
};

struct Output {
    std::string runtime_session_id;
    Text mcp_session_id, mcp_protocol_version, trace_id, trace_parent, trace_state, baggage;
    std::string content_type;
    base::Blob response;
    std::int32_t status = 200;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{
            aws::member("runtimeSessionId", &O::runtime_session_id, answer_header(session_header)),
            aws::member("mcpSessionId", &O::mcp_session_id, answer_header("Mcp-Session-Id")),
            aws::member("mcpProtocolVersion", &O::mcp_protocol_version,
                        answer_header("Mcp-Protocol-Version")),
            aws::member("traceId", &O::trace_id, answer_header("X-Amzn-Trace-Id")),
            aws::member("traceParent", &O::trace_parent, answer_header("traceparent")),
            aws::member("traceState", &O::trace_state, answer_header("tracestate")),
            aws::member("baggage", &O::baggage, answer_header("baggage")),
            aws::member("contentType", &O::content_type, answer_header("Content-Type")),
            aws::member("response", &O::response,
                        {.location = shape::Location::payload, .sensitive = true}),
            aws::member("statusCode", &O::status, {.location = shape::Location::status})};
    }
};

Output output_of(ports::AgentAnswer answer, std::string session) {
    Output output;
    output.runtime_session_id = std::move(session);
    output.status = answer.status;
    output.response.bytes = std::move(answer.body);
    for (auto& [name, value] : answer.headers) {
        if (wire::equals_ignoring_case(name, "content-type")) output.content_type = value;
        if (wire::equals_ignoring_case(name, "mcp-session-id")) output.mcp_session_id = value;
        if (wire::equals_ignoring_case(name, "mcp-protocol-version")) {
            output.mcp_protocol_version = value;
        }
    }
    return output;
}

void run(AgentCore& agents, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto found = find_invoked(agents, call, input.arn, input.qualifier.value_or("DEFAULT"));
    if (!found) return respond(std::move(found).error());
    const RuntimeRow& row = found.value();
    if (row.discovery_url) return respond(faults::other_authorization());
    if (call.head == nullptr) return respond(faults::unsupported("calls without HTTP"));
    if (!input.runtime_session_id) input.runtime_session_id = base::make_uuid(agents.random());
    agents.host().invoke(
        program_of(call, row), {headers_for(*call.head, row), std::move(input.payload.bytes)},
        [session = *input.runtime_session_id,
         respond = std::move(respond)](base::Result<ports::AgentAnswer> answer) mutable {
            if (!answer) return respond(fault_of(answer.error()));
            respond(output_of(std::move(answer).value(), std::move(session)));
        });
}

}  // namespace invoke_agent_runtime_operation

constinit const aws::Operation invoke_agent_runtime =
    aws::operation<&invoke_agent_runtime_operation::run>(
        "InvokeAgentRuntime", {.http = {"POST", "/runtimes/{agentRuntimeArn}/invocations"},
                               .body_bytes_max = payload_bytes_max});

}  // namespace bedrockagentcore
