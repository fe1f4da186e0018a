#include "aws/protocol_query.h"

#include "aws/common_faults.h"
#include "wire/form.h"
#include "wire/uri.h"
#include "wire/xml.h"

namespace aws {

namespace {

void append_namespace(std::string& out, const Message& message) {
    if (message.service == nullptr || message.service->xml_namespace.empty()) return;
    out += " xmlns=\"";
    wire::append_xml_text(out, message.service->xml_namespace);
    out += '"';
}

void append_request_id(std::string& out, const Message& message) {
    out += "<RequestId>";
    wire::append_xml_text(out, message.request_id);
    out += "</RequestId>";
}

// Services that speak JSON too name their faults differently in Query: this header has the name.
constexpr std::string_view query_error = "x-amzn-query-error";

std::string_view code_of(const Fault& fault) {
    for (const auto& [name, value] : fault.headers) {
        if (name == query_error) return std::string_view(value).substr(0, value.find(';'));
    }
    return fault.code;
}

}  // namespace

Reply<void> QueryCodec::decode(const Message& message, std::string_view body, void* input,
                               wire::MissingMembers& missing) const {
    auto form = wire::parse_query(body, form_parameters_max);
    if (!form.has_value()) {
        return malformed_body(Protocol::query, "The body is not a form, or has too many fields.");
    }
    // Parameters of the target count too: GET requests have no others.
    std::vector<wire::QueryParameter> parameters = message.head->query;
    parameters.insert(parameters.end(), std::make_move_iterator(form->begin()),
                      std::make_move_iterator(form->end()));
    for (const wire::QueryParameter& parameter : parameters) {
        if (parameter.name != "Version" || message.service->api_version.empty()) continue;
        if (parameter.value == message.service->api_version) continue;
        return Fault("NoSuchVersion", "The requested version (" + parameter.value.substr(0, 64) +
                                          ") of service " + std::string(message.service->id) +
                                          " does not exist");
    }
    const auto decoded = wire::decode_form(parameters, message.operation->input(), input, &missing);
    if (!decoded.has_value()) return malformed_body(Protocol::query, decoded.error().message);
    return base::ok();
}

wire::Response QueryCodec::encode(const Message& message, void* output) const {
    const std::string name(message.operation->name);
    const shape::Type& type = message.operation->output();
    wire::Response response;
    response.status = message.operation->options.http.status;
    response.headers.add("x-amzn-RequestId", std::string(message.request_id));
    response.headers.add("Content-Type", "text/xml");
    std::string& body = response.body;
    body = "<" + name + "Response";
    append_namespace(body, message);
    body += ">";
    // Operations without members in their output have no result element, but for a few.
    if (!type.members.empty() || message.operation->options.output_element != nullptr) {
        body += "<" + name + "Result>";
        wire::append_xml_members(body, type, output);
        body += "</" + name + "Result>";
    }
    body += "<ResponseMetadata>";
    append_request_id(body, message);
    body += "</ResponseMetadata></" + name + "Response>";
    return response;
}

wire::Response QueryCodec::encode_fault(const Message& message, const Fault& fault) const {
    wire::Response response;
    response.status = fault.http_status;
    response.headers.add("x-amzn-RequestId", std::string(message.request_id));
    response.headers.add("Content-Type", "text/xml");
    for (const auto& [name, value] : fault.headers) {
        if (name != query_error) response.headers.set(name, value);
    }
    std::string& body = response.body;
    body = "<ErrorResponse";
    append_namespace(body, message);
    body += "><Error><Type>";
    body += fault.http_status >= 500 ? "Receiver" : "Sender";
    body += "</Type><Code>";
    wire::append_xml_text(body, code_of(fault));
    body += "</Code><Message>";
    wire::append_xml_text(body, fault.message);
    body += "</Message>";
    for (const auto& [name, value] : fault.members) {
        body += "<" + name + ">";
        wire::append_xml_text(body, value);
        body += "</" + name + ">";
    }
    body += "</Error>";
    append_request_id(body, message);
    body += "</ErrorResponse>";
    return response;
}

std::optional<std::string> find_form_action(std::string_view body) {
    auto parameters = wire::parse_query(body, form_parameters_max);
    if (!parameters.has_value()) return std::nullopt;
    for (wire::QueryParameter& parameter : *parameters) {
        if (parameter.name == "Action") return std::move(parameter.value);
    }
    return std::nullopt;
}

}  // namespace aws
