#include "aws/protocol_rest.h"

#include <algorithm>

#include "aws/common_faults.h"
#include "aws/rest_values.h"
#include "wire/text_value.h"
#include "wire/xml.h"

namespace aws {

namespace {

void unwrap(const shape::Type*& type, void*& object) {
    while (type->kind == shape::Kind::optional) {
        object = type->emplace(object);
        type = &type->element();
    }
}

// Nothing stands behind the head: HEAD, 204, 304.
bool without_body(const Message& message, int status) {
    return (message.head != nullptr && message.head->method == "HEAD") || status == 204 ||
           status == 304;
}

void drop_body(const Message& message, wire::Response& response) {
    if (!without_body(message, response.status)) {
        response.announced_length.reset();
        return;
    }
    if (!response.announced_length.has_value() && response.stream != nullptr) {
        response.announced_length = response.stream->length();
    }
    if (response.status == 204) response.announced_length.reset();
    response.body.clear();
    response.stream.reset();
}

}  // namespace

Reply<void> RestCodec::decode(const Message& message, std::string_view body, void* input,
                              wire::MissingMembers& missing) const {
    const shape::Type& type = message.operation->input();
    const auto values = decode_rest_values(message, input, missing);
    if (!values.has_value()) {
        return Fault(protocol() == Protocol::rest_xml
                         ? std::string("InvalidArgument")
                         : std::string(message.service->validation_code),
                     values.error().message);
    }
    if (const shape::Member* payload = payload_member(type)) {
        return decode_payload(*payload, body, input, missing);
    }
    if (!has_body_members(type)) return base::ok();
    const bool required =
        std::any_of(type.members.begin(), type.members.end(), [](const shape::Member& member) {
            return member.constraints.required &&
                   member.constraints.location == shape::Location::body;
        });
    if (body.empty() && protocol() == Protocol::rest_json) {
        // Nothing at all is a document without members.
        if (!required) return base::ok();
        body = "{}";
    }
    if (body.empty() && !required) return base::ok();
    const auto decoded = decode_document(body, type, input, missing);
    if (!decoded.has_value()) return malformed_body(protocol(), decoded.error().message);
    return base::ok();
}

Reply<void> RestCodec::decode_payload(const shape::Member& payload, std::string_view body,
                                      void* input, wire::MissingMembers& missing) const {
    if (body.empty()) {
        if (payload.constraints.required && missing.size() < wire::missing_members_max) {
            missing.push_back(wire::lower_first(payload.name));
        }
        return base::ok();
    }
    const shape::Type* type = &payload.type();
    void* target = payload.address(input);
    unwrap(type, target);
    switch (type->kind) {
        case shape::Kind::blob:
            static_cast<base::Blob*>(target)->bytes = body;
            return base::ok();
        case shape::Kind::string:
            static_cast<std::string*>(target)->assign(body);
            return base::ok();
        case shape::Kind::stream:
            return base::ok();
        default:
            break;
    }
    const auto decoded = decode_document(body, *type, target, missing);
    if (!decoded.has_value()) return malformed_body(protocol(), decoded.error().message);
    return base::ok();
}

void RestCodec::encode_payload(const Message& message, const shape::Member& payload, void* output,
                               wire::Response& response) const {
    const shape::Type* type = &payload.type();
    void* value = payload.address(output);
    if (type->kind == shape::Kind::optional) {
        value = const_cast<void*>(type->get(value));  // our own object, given to us to move from
        if (value == nullptr) return;
        type = &type->element();
    }
    const char* content_type = bytes_type();
    switch (type->kind) {
        case shape::Kind::blob:
            response.body = std::move(static_cast<base::Blob*>(value)->bytes);
            break;
        case shape::Kind::string:
            response.body = std::move(*static_cast<std::string*>(value));
            break;
        case shape::Kind::stream:
            response.stream = std::move(static_cast<StreamedBody*>(value)->source);
            break;
        default:
            encode_document(message, &payload, *type, value, response.body);
            content_type = document_type();
    }
    const bool something = response.stream != nullptr || !response.body.empty();
    if (something && response.headers.find("Content-Type") == nullptr) {
        response.headers.add("Content-Type", content_type);
    }
}

wire::Response RestCodec::encode(const Message& message, void* output) const {
    const shape::Type& type = message.operation->output();
    wire::Response response;
    response.status = message.operation->options.http.status;
    add_request_id(message, response);
    encode_rest_values(message, output, response);
    if (const shape::Member* payload = payload_member(type)) {
        encode_payload(message, *payload, output, response);
    } else if (has_body_members(type)) {
        encode_document(message, nullptr, type, output, response.body);
        response.headers.set("Content-Type", document_type());
    }
    drop_body(message, response);
    return response;
}

wire::Response RestCodec::encode_fault(const Message& message, const Fault& fault) const {
    wire::Response response;
    response.status = fault.http_status;
    add_request_id(message, response);
    for (const auto& [name, value] : fault.headers)
        response.headers.set(name, value);
    response.headers.set("Content-Type", document_type());
    fault_document(message, fault, response);
    drop_body(message, response);
    return response;
}

// ---- XML ----

base::Result<void> RestXmlCodec::decode_document(std::string_view body, const shape::Type& type,
                                                 void* out, wire::MissingMembers& missing) const {
    return wire::decode_xml(body, type, out, &missing);
}

void RestXmlCodec::encode_document(const Message& message, const shape::Member* payload,
                                   const shape::Type& type, const void* object,
                                   std::string& out) const {
    const std::string xmlns(message.service->xml_namespace);
    const char* xml_namespace = xmlns.empty() ? nullptr : xmlns.c_str();
    out += wire::xml_declaration;
    if (payload != nullptr) {
        wire::append_xml_element(out, payload->wire_name(), type, object, xml_namespace);
        return;
    }
    const char* root = message.operation->options.output_element;
    if (root == nullptr) {
        wire::append_xml_element(out, std::string(message.operation->name) + "Result", type, object,
                                 xml_namespace);
        return;
    }
    if (*root != '\0') {
        wire::append_xml_element(out, root, type, object, xml_namespace);
        return;
    }
    // The first body member is the root itself.
    for (const shape::Member& member : type.members) {
        if (member.constraints.location != shape::Location::body) continue;
        wire::append_xml_element(out, member.wire_name(), member.type(), member.address_in(object),
                                 xml_namespace);
        return;
    }
}

void RestXmlCodec::add_request_id(const Message& message, wire::Response& response) const {
    response.headers.add("x-amz-request-id", std::string(message.request_id));
    response.headers.add("x-amz-id-2", std::string(message.request_id));
}

void RestXmlCodec::fault_document(const Message& message, const Fault& fault,
                                  wire::Response& response) const {
    std::string& body = response.body;
    const auto element = [&body](std::string_view name, std::string_view text) {
        body += '<';
        body += name;
        body += '>';
        wire::append_xml_text(body, text);
        body += "</";
        body += name;
        body += '>';
    };
    body = wire::xml_declaration;
    body += "<Error>";
    element("Code", fault.code);
    element("Message", fault.message);
    const bool resource =
        std::any_of(fault.members.begin(), fault.members.end(),
                    [](const auto& member) { return member.first == "Resource"; });
    for (const auto& [name, text] : fault.members)
        element(name, text);
    if (!resource && message.head != nullptr) element("Resource", message.head->path);
    element("RequestId", message.request_id);
    element("HostId", message.request_id);
    body += "</Error>";
}

// ---- JSON ----

base::Result<void> RestJsonCodec::decode_document(std::string_view body, const shape::Type& type,
                                                  void* out, wire::MissingMembers& missing) const {
    return wire::decode_json(body, type, out, &missing);
}

void RestJsonCodec::encode_document(const Message&, const shape::Member*, const shape::Type& type,
                                    const void* object, std::string& out) const {
    wire::append_json(out, type, object);
}

void RestJsonCodec::add_request_id(const Message& message, wire::Response& response) const {
    response.headers.add("x-amzn-RequestId", std::string(message.request_id));
}

void RestJsonCodec::fault_document(const Message&, const Fault& fault,
                                   wire::Response& response) const {
    response.headers.set("x-amzn-ErrorType", fault.code);
    std::string& body = response.body;
    body = "{\"message\":";
    wire::append_json_string(body, fault.message);
    const auto member = [&body](std::string_view name, std::string_view text) {
        body += ',';
        wire::append_json_string(body, name);
        body += ':';
        wire::append_json_string(body, text);
    };
    const bool type = std::any_of(fault.members.begin(), fault.members.end(),
                                  [](const auto& entry) { return entry.first == "Type"; });
    if (!type) member("Type", fault.http_status >= 500 ? "Service" : "User");
    for (const auto& [name, text] : fault.members)
        member(name, text);
    body += '}';
}

}  // namespace aws
