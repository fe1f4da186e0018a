// InvokeAgentRuntime: the payload goes to the program as it is, and its answer comes back as it is.
#include "base/ids.h"
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/shapes.h"
#include "wire/http.h"

namespace bedrockagentcore {
namespace {

constexpr std::uint64_t payload_bytes_max = 16ULL * 1024 * 1024;
constexpr const char* session_header = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";

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

// What the platform passes on by itself, and what the runtime's list adds. The signature is ours.
ports::AgentHeaders headers_for(const aws::Call& call, const RuntimeRow& row, const Input& input) {
    ports::AgentHeaders headers;
    const auto add = [&headers](const char* name, const Text& value) {
        if (value) headers.emplace_back(name, *value);
    };
    headers.emplace_back("Content-Type", input.content_type.value_or("application/json"));
    add("Accept", input.accept);
    add("Mcp-Session-Id", input.mcp_session_id);
    add(session_header, input.runtime_session_id);
    add("Mcp-Protocol-Version", input.mcp_protocol_version);
    add("X-Amzn-Bedrock-AgentCore-Runtime-User-Id", input.runtime_user_id);
    add("X-Amzn-Trace-Id", input.trace_id);
    add("traceparent", input.trace_parent);
    add("tracestate", input.trace_state);
    add("baggage", input.baggage);
    for (const std::string& name : row.header_allowlist) {
        const std::string value(call.header(name));
        const bool ours = wire::equals_ignoring_case(name, "authorization") ||
                          wire::equals_ignoring_case(name, "host") ||
                          wire::equals_ignoring_case(name, "content-length") ||
                          wire::equals_ignoring_case(name, "transfer-encoding");
        const bool there = std::any_of(headers.begin(), headers.end(), [&](const auto& one) {
            return wire::equals_ignoring_case(one.first, name);
        });
        if (!value.empty() && !ours && !there) headers.emplace_back(name, value);
    }
    return headers;
}

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
    auto id = id_of_arn(call, input.arn);
    if (!id) return respond(std::move(id).error());
    auto found = agents.find(call, id.value());
    if (!found) return respond(std::move(found).error());
    const RuntimeRow& row = found.value();
    if (input.qualifier.value_or("DEFAULT") != "DEFAULT") {
        return respond(faults::not_found("endpoint " + *input.qualifier + " of " + row.id));
    }
    if (!input.runtime_session_id) input.runtime_session_id = base::make_uuid(agents.random());
    ports::AgentProgram program;
    program.key = program_key(call, row);
    program.account = call.account();
    program.region = call.region;
    program.role_arn = row.role_arn;
    program.session_name = row.id;
    program.environment = row.environment;
    program.idle_seconds_max = row.idle_seconds_max;
    program.lifetime_seconds_max = row.lifetime_seconds_max;
    agents.host().invoke(
        program, {headers_for(call, row, input), std::move(input.payload.bytes)},
        [session = *input.runtime_session_id,
         respond = std::move(respond)](base::Result<ports::AgentAnswer> answer) mutable {
            if (answer) return respond(output_of(std::move(answer).value(), std::move(session)));
            respond(answer.error().kind == base::ErrorKind::limit
                        ? faults::busy()
                        : faults::runtime_error(answer.error().message));
        });
}

}  // namespace

constinit const aws::Operation invoke_agent_runtime = aws::operation<&run>(
    "InvokeAgentRuntime", {.http = {"POST", "/runtimes/{agentRuntimeArn}/invocations"},
                           .body_bytes_max = payload_bytes_max});

}  // namespace bedrockagentcore
