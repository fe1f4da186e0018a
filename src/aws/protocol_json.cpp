#include "aws/protocol_json.h"

#include "aws/common_faults.h"

namespace aws {

Reply<void> JsonCodec::decode(const Message& message, std::string_view body, void* input,
                              wire::MissingMembers& missing) const {
    const auto decoded = wire::decode_json(body, message.operation->input(), input, &missing);
    if (!decoded.has_value()) {
        return malformed_body(Protocol::json_1_1, decoded.error().message);
    }
    return base::ok();
}

wire::Response JsonCodec::encode(const Message& message, void* output) const {
    wire::Response response;
    response.status = message.operation->options.http.status;
    response.headers.add("x-amzn-RequestId", std::string(message.request_id));
    response.headers.add("Content-Type", content_type_);
    if (message.operation->options.encode_json != nullptr) {
        message.operation->options.encode_json(output, response.body);
    } else {
        wire::append_json(response.body, message.operation->output(), output);
    }
    return response;
}

wire::Response JsonCodec::encode_fault(const Message& message, const Fault& fault) const {
    return json_fault(message, fault, content_type_);
}

wire::Response json_fault(const Message& message, const Fault& fault, const char* content_type) {
    wire::Response response;
    response.status = fault.http_status;
    response.headers.add("x-amzn-RequestId", std::string(message.request_id));
    response.headers.add("x-amzn-ErrorType", fault.code);
    response.headers.add("Content-Type", content_type);
    for (const auto& [name, value] : fault.headers)
        response.headers.add(name, value);
    std::string& body = response.body;
    body = "{\"__type\":";
    wire::append_json_string(body, fault.code);
    body += ",\"message\":";
    wire::append_json_string(body, fault.message);
    for (const auto& [name, value] : fault.members) {
        body.push_back(',');
        wire::append_json_string(body, name);
        body.push_back(':');
        wire::append_json_string(body, value);
    }
    body.push_back('}');
    return response;
}

}  // namespace aws
