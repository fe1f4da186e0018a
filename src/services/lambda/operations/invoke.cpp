// Invoke: run it and answer with what it answers, queue it, or only check.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"
#include "wire/base64.h"
#include "wire/json.h"

namespace lambda {
namespace invoke_operation {

struct Input {
    std::string function_name;
    std::optional<std::string> invocation_type;
    std::optional<std::string> log_type;
    std::optional<std::string> client_context;
    std::optional<std::string> durable_execution_name;
    std::optional<std::string> tenant_id;
    std::optional<std::string> qualifier;
    base::Blob payload;
    static constexpr auto members() {
        constexpr auto header = shape::Location::header;
        return std::tuple{
            aws::member("FunctionName", &Input::function_name, in_path()),
            aws::member("InvocationType", &Input::invocation_type,
                        {.values = "Event, RequestResponse, DryRun",
                         .wire_name = "X-Amz-Invocation-Type",
                         .location = header}),
            aws::member(
                "LogType", &Input::log_type,
                {.values = "None, Tail", .wire_name = "X-Amz-Log-Type", .location = header}),
            aws::member("ClientContext", &Input::client_context,
                        {.wire_name = "X-Amz-Client-Context", .location = header}),
            aws::member("DurableExecutionName", &Input::durable_execution_name,
                        {.wire_name = "X-Amz-Durable-Execution-Name", .location = header}),
            aws::member("TenantId", &Input::tenant_id,
                        {.wire_name = "X-Amz-Tenant-Id", .location = header}),
            aws::member("Qualifier", &Input::qualifier, qualifier_in_query()),
            aws::member("Payload", &Input::payload,
                        {.location = shape::Location::payload, .sensitive = true})};
    }
};

struct Output {
    std::int32_t status = 200;
    std::optional<std::string> function_error;
    std::optional<std::string> log_result;
    std::optional<std::string> executed_version;
    base::Blob payload;
    static constexpr auto members() {
        constexpr auto header = shape::Location::header;
        return std::tuple{
            aws::member("StatusCode", &Output::status, {.location = shape::Location::status}),
            aws::member("FunctionError", &Output::function_error,
                        {.wire_name = "X-Amz-Function-Error", .location = header}),
            aws::member("LogResult", &Output::log_result,
                        {.wire_name = "X-Amz-Log-Result", .location = header}),
            aws::member("ExecutedVersion", &Output::executed_version,
                        {.wire_name = "X-Amz-Executed-Version", .location = header}),
            aws::member("Payload", &Output::payload, {.location = shape::Location::payload})};
    }
};

// The function and the client context, or why it cannot run.
aws::Reply<Lambda::FunctionRef> check(Lambda& lambda, const aws::Call& call, Input& input,
                                      std::string& context) {
    TRY(function, lambda.find(input.function_name, call, input.qualifier.value_or("")));
    if (input.durable_execution_name) return faults::unsupported("DurableExecutionName");
    if (input.tenant_id) return faults::unsupported("TenantId");
    const bool event = input.invocation_type == "Event";
    const std::uint64_t bytes_max = event ? invoke_event_bytes_max : invoke_bytes_max;
    if (input.payload.bytes.size() > bytes_max) {
        return faults::request_too_large(bytes_max, "InvokeFunction");
    }
    if (input.payload.bytes.empty()) input.payload.bytes = "{}";
    if (auto checked = wire::check_json(input.payload.bytes); !checked) {
        return faults::invalid_payload(checked.error().message);
    }
    if (input.client_context) {
        auto decoded = wire::decode_base64(*input.client_context);
        if (!decoded || !wire::check_json(decoded.value())) {
            return faults::invalid_payload(
                "Client context must be a valid Base64-encoded JSON "
                "object.");
        }
        context = std::move(decoded.value());
        // It becomes a header of the runtime API.
        std::erase_if(context, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    }
    return function;
}

void run(Lambda& lambda, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    std::string context;
    auto function = check(lambda, call, input, context);
    if (!function) return respond(std::move(function.error()));
    if (input.invocation_type == "DryRun") {
        Output output;
        output.status = 204;
        return respond(std::move(output));
    }
    if (input.invocation_type == "Event") {
        return lambda.queue(*function.value(), call.request_id, std::move(input.payload.bytes),
                            [respond = std::move(respond)](aws::Reply<void> queued) mutable {
                                if (!queued) return respond(std::move(queued.error()));
                                Output output;
                                output.status = 202;
                                respond(std::move(output));
                            });
    }
    const bool tail = input.log_type == "Tail";
    OutcomeDone done = [tail, respond = std::move(respond)](aws::Reply<Outcome> outcome) mutable {
        if (!outcome) return respond(std::move(outcome.error()));
        Output output;
        output.executed_version = "$LATEST";
        output.payload.bytes = std::move(outcome.value().payload);
        if (!outcome.value().function_error.empty()) {
            output.function_error = std::move(outcome.value().function_error);
        }
        if (tail) output.log_result = wire::encode_base64(outcome.value().log_tail);
        respond(std::move(output));
    };
    lambda.run(function.value(), {call.request_id, std::move(input.payload.bytes),
                                  std::move(context), std::move(done)});
}

}  // namespace invoke_operation

constinit const aws::Operation invoke = aws::operation<&invoke_operation::run>(
    "Invoke", {.http = {"POST", "/2015-03-31/functions/{FunctionName}/invocations"},
               .body_bytes_max = invoke_bytes_max + 1024});

}  // namespace lambda
