#include "mcp/era.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "wire/base64.h"

namespace mcp {

namespace {

namespace json = boost::json;

const json::object* meta_of(const Message& message) {
    return find_object(message.params, "_meta");
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

Refusal refuse(int code, std::string message, json::value data = nullptr) {
    return {RpcError{code, std::move(message), std::move(data)}, 400};
}

// What Mcp-Name repeats of the body.
const json::string* name_in(const Message& message) {
    if (message.method == "tools/call" || message.method == "prompts/get") {
        return find_string(message.params, "name");
    }
    if (message.method == "resources/read") return find_string(message.params, "uri");
    return nullptr;
}

std::optional<Refusal> check_meta(const Message& message) {
    const json::object* meta = meta_of(message);
    if (meta == nullptr) {
        return refuse(error_code::invalid_params, "params._meta is required");
    }
    if (find_string(*meta, meta_key::protocol_version) == nullptr) {
        return refuse(error_code::invalid_params,
                      "params._meta lacks the string " + std::string(meta_key::protocol_version));
    }
    if (find_object(*meta, meta_key::client_capabilities) == nullptr) {
        return refuse(error_code::invalid_params, "params._meta lacks the object " +
                                                      std::string(meta_key::client_capabilities));
    }
    return std::nullopt;
}

std::optional<Refusal> check_header(const wire::RequestHead& head, std::string_view name,
                                    const std::string* body_value, bool require) {
    if (body_value == nullptr) return std::nullopt;
    const std::string* header = head.headers.find(name);
    if (header == nullptr) {
        if (!require) return std::nullopt;
        return Refusal{header_mismatch("the header " + std::string(name) + " is missing")};
    }
    const auto value = decode_header_value(trimmed(*header));
    if (!value || *value != *body_value) {
        return Refusal{header_mismatch("the header " + std::string(name) + " says '" + *header +
                                       "', the body says '" + *body_value + "'")};
    }
    return std::nullopt;
}

std::optional<Refusal> check_names(const Message& message, const wire::RequestHead& head,
                                   bool require) {
    if (auto wrong = check_header(head, "Mcp-Method", &message.method, require)) return wrong;
    const json::string* name = name_in(message);
    if (name == nullptr) return std::nullopt;
    const std::string text(*name);
    return check_header(head, "Mcp-Name", &text, require);
}

}  // namespace

RpcError header_mismatch(std::string message) {
    return {error_code::header_mismatch, std::move(message), nullptr};
}

bool is_session_version(std::string_view version) {
    return std::ranges::find(session_versions, version) != std::end(session_versions);
}

json::array supported_versions() {
    json::array versions{stateless_version};
    for (const std::string_view version : session_versions)
        versions.emplace_back(version);
    return versions;
}

Era classify(const Message& message, const wire::RequestHead* head) {
    const json::object* meta = meta_of(message);
    if (meta != nullptr && meta->contains(meta_key::protocol_version)) return Era::stateless;
    if (head == nullptr) {
        return message.method == "server/discover" ? Era::stateless : Era::session;
    }
    const std::string_view version = trimmed(head->headers.get("mcp-protocol-version"));
    if (is_session_version(version)) return Era::session;
    const bool has_method = head->headers.find("mcp-method") != nullptr;
    return has_method || version >= "2026" ? Era::stateless : Era::session;
}

std::optional<Refusal> check_stateless(const Message& message, const wire::RequestHead* head,
                                       HeaderRules rules) {
    const std::string* header =
        head != nullptr ? head->headers.find("mcp-protocol-version") : nullptr;
    if (head != nullptr && header == nullptr && rules.require) {
        return Refusal{header_mismatch("the header MCP-Protocol-Version is missing")};
    }
    // Notifications of this era carry no _meta of their own.
    const bool needs_meta = message.kind == Message::Kind::request;
    if (needs_meta) {
        if (auto wrong = check_meta(message)) return wrong;
    }
    const json::object* meta = meta_of(message);
    const json::string* in_meta =
        meta != nullptr ? find_string(*meta, meta_key::protocol_version) : nullptr;
    const std::string version = in_meta != nullptr  ? std::string(*in_meta)
                                : header != nullptr ? std::string(trimmed(*header))
                                                    : std::string(stateless_version);
    if (header != nullptr && trimmed(*header) != version) {
        return Refusal{header_mismatch("the header MCP-Protocol-Version says '" + *header +
                                       "', _meta says '" + version + "'")};
    }
    if (version != stateless_version) {
        return refuse(error_code::unsupported_version, "unsupported protocol version",
                      json::object{{"supported", supported_versions()}, {"requested", version}});
    }
    if (head == nullptr) return std::nullopt;
    return check_names(message, *head, rules.require && needs_meta);
}

std::optional<Refusal> check_parameters(const Message& message, const wire::RequestHead& head,
                                        std::span<const HeaderParameter> parameters,
                                        HeaderRules rules) {
    static const json::object none;
    const json::object* given = find_object(message.params, "arguments");
    const json::object& arguments = given != nullptr ? *given : none;
    for (const HeaderParameter& parameter : parameters) {
        const std::string name = "Mcp-Param-" + parameter.header;
        const json::value* value = arguments.if_contains(parameter.name);
        const bool absent = value == nullptr || value->is_null();
        if (absent) {
            if (head.headers.find(name) == nullptr) continue;
            return Refusal{header_mismatch("the header " + name + " has no argument to repeat")};
        }
        const std::string text =
            value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
        if (auto wrong = check_header(head, name, &text, rules.require)) return wrong;
    }
    return std::nullopt;
}

std::optional<std::string> decode_header_value(std::string_view value) {
    constexpr std::string_view begin = "=?base64?";
    constexpr std::string_view end = "?=";
    if (value.size() < begin.size() + end.size() || !value.starts_with(begin) ||
        !value.ends_with(end)) {
        return std::string(value);
    }
    value.remove_prefix(begin.size());
    value.remove_suffix(end.size());
    auto decoded = wire::decode_base64(value);
    if (!decoded) return std::nullopt;
    return std::move(decoded.value());
}

}  // namespace mcp
