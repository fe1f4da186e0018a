#include "mcp/json_rpc.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mcp {

namespace {

namespace json = boost::json;

bool is_id(const json::value& value) {
    return value.is_string() || value.is_int64() || value.is_uint64();
}

Parsed fail(Parsed parsed, int code, std::string message) {
    parsed.error = RpcError{code, std::move(message), nullptr};
    return parsed;
}

Parsed read_response(Parsed parsed, const json::object& object) {
    parsed.message.kind = Message::Kind::response;
    const bool failed = object.contains("error");
    if (failed == object.contains("result")) {
        return fail(std::move(parsed), error_code::invalid_request,
                    "a response has either a result or an error");
    }
    if (!failed) {
        const json::object* result = find_object(object, "result");
        if (result == nullptr) {
            return fail(std::move(parsed), error_code::invalid_request,
                        "the result of a response is an object");
        }
        parsed.message.result = *result;
    }
    return parsed;
}

}  // namespace

Parsed parse_message(std::string_view text) {
    Parsed parsed;
    if (text.size() > message_bytes_max) {
        return fail(std::move(parsed), error_code::invalid_request,
                    "the message is larger than " + std::to_string(message_bytes_max) + " bytes");
    }
    json::parse_options options;
    options.max_depth = message_depth_max;
    boost::system::error_code problem;
    const json::value value = json::parse(text, problem, {}, options);
    if (problem) {
        return fail(std::move(parsed), error_code::parse_error,
                    "the message is not JSON: " + problem.message());
    }
    if (value.is_array()) {
        return fail(std::move(parsed), error_code::invalid_request,
                    "batches are not supported: send one message a request");
    }
    if (!value.is_object()) {
        return fail(std::move(parsed), error_code::invalid_request, "a message is an object");
    }
    const json::object& object = value.get_object();
    const json::value* id = object.if_contains("id");
    if (id != nullptr && is_id(*id)) parsed.message.id = *id;
    const json::string* version = find_string(object, "jsonrpc");
    if (version == nullptr || *version != "2.0") {
        return fail(std::move(parsed), error_code::invalid_request, "jsonrpc must be \"2.0\"");
    }
    if (id != nullptr && !is_id(*id)) {
        return fail(std::move(parsed), error_code::invalid_request,
                    "an id is a string or an integer");
    }
    if (!object.contains("method")) {
        if (id == nullptr) {
            return fail(std::move(parsed), error_code::invalid_request,
                        "a message has a method, or an id and a result");
        }
        return read_response(std::move(parsed), object);
    }
    const json::string* method = find_string(object, "method");
    if (method == nullptr) {
        return fail(std::move(parsed), error_code::invalid_request, "method is a string");
    }
    parsed.message.method = *method;
    parsed.message.kind = id != nullptr ? Message::Kind::request : Message::Kind::notification;
    const json::value* params = object.if_contains("params");
    if (params != nullptr && params->is_object()) {
        parsed.message.params = params->get_object();
    } else if (params != nullptr && !params->is_null()) {
        return fail(std::move(parsed), error_code::invalid_params, "params is an object");
    }
    return parsed;
}

json::object make_response(const json::value& id, json::object result) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

json::object make_error(const json::value& id, const RpcError& error) {
    json::object what{{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null()) what["data"] = error.data;
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(what)}};
}

json::object make_notification(std::string_view method, json::object params) {
    json::object message{{"jsonrpc", "2.0"}, {"method", method}};
    if (!params.empty()) message["params"] = std::move(params);
    return message;
}

json::object make_request(std::string_view id, std::string_view method, json::object params) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

std::string id_text(const json::value& id) {
    return json::serialize(id);
}

const json::object* find_object(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
}

const json::string* find_string(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr ? value->if_string() : nullptr;
}

}  // namespace mcp
