#include "aws/protocol_cbor.h"

#include "aws/common_faults.h"
#include "wire/cbor.h"

namespace aws {

namespace {

struct FaultBody {
    std::string type;
    std::string message;
    static constexpr auto members() {
        return std::tuple{shape::member("__type", &FaultBody::type),
                          shape::member("message", &FaultBody::message)};
    }
};

wire::Response answer(const Message& message, int status) {
    wire::Response response;
    response.status = status;
    response.headers.add("x-amzn-RequestId", std::string(message.request_id));
    response.headers.add("smithy-protocol", std::string(rpc_cbor_name));
    response.headers.add("Content-Type", "application/cbor");
    return response;
}

}  // namespace

Reply<void> RpcCborCodec::decode(const Message& message, std::string_view body, void* input,
                                 wire::MissingMembers& missing) const {
    constexpr std::string_view no_members = "\xa0";
    const auto decoded = wire::decode_cbor(
        message.operation->input(), body.empty() ? no_members : body, input, {.missing = &missing});
    if (!decoded.has_value()) return malformed_body(rpc_cbor, decoded.error().message);
    return base::ok();
}

wire::Response RpcCborCodec::encode(const Message& message, void* output) const {
    wire::Response response = answer(message, message.operation->options.http.status);
    response.body = wire::encode_cbor(message.operation->output(), output);
    return response;
}

wire::Response RpcCborCodec::encode_fault(const Message& message, const Fault& fault) const {
    wire::Response response = answer(message, fault.http_status);
    response.headers.add("x-amzn-ErrorType", fault.code);
    for (const auto& [name, value] : fault.headers)
        response.headers.add(name, value);
    const FaultBody body{fault.code, fault.message};
    response.body = wire::encode_cbor(shape::type_of<FaultBody>(), &body);
    return response;
}

std::string_view rpc_cbor_operation(std::string_view path, std::string_view target_prefix) {
    constexpr std::string_view service = "/service/";
    constexpr std::string_view operation = "/operation/";
    if (!path.starts_with(service)) return {};
    path.remove_prefix(service.size());
    if (!path.starts_with(target_prefix)) return {};
    path.remove_prefix(target_prefix.size());
    if (!path.starts_with(operation)) return {};
    path.remove_prefix(operation.size());
    return path;
}

}  // namespace aws
