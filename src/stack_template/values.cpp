// Scalars as text, and JSON text out.

#include "stack_template/stack_template.h"
#include "wire/json.h"

namespace stack_template {

namespace {

void append(std::string& out, const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            out += "null";
            return;
        case json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return;
        case json::kind::int64:
            out += std::to_string(value.get_int64());
            return;
        case json::kind::uint64:
            out += std::to_string(value.get_uint64());
            return;
        case json::kind::double_:
            wire::append_json_number(out, value.get_double());
            return;
        case json::kind::string:
            wire::append_json_string(out, value.get_string());
            return;
        case json::kind::array: {
            out += '[';
            bool first = true;
            for (const json::value& element : value.get_array()) {
                if (!first) out += ',';
                first = false;
                append(out, element);
            }
            out += ']';
            return;
        }
        case json::kind::object: {
            out += '{';
            bool first = true;
            for (const auto& member : value.get_object()) {
                if (!first) out += ',';
                first = false;
                wire::append_json_string(out, member.key());
                out += ':';
                append(out, member.value());
            }
            out += '}';
            return;
        }
    }
}

}  // namespace

std::optional<std::string> text_of(const json::value& scalar) {
    if (scalar.is_string()) return std::string(scalar.get_string());
    if (scalar.is_null() || scalar.is_structured()) return std::nullopt;
    std::string text;
    append(text, scalar);
    return text;
}

json::value with_text_scalars(const json::value& value) {
    if (const json::array* list = value.if_array()) {
        json::array made;
        for (const json::value& element : *list)
            made.push_back(with_text_scalars(element));
        return made;
    }
    if (const json::object* map = value.if_object()) {
        json::object made;
        for (const auto& member : *map) {
            made.emplace(member.key(), with_text_scalars(member.value()));
        }
        return made;
    }
    if (auto text = text_of(value)) return json::string(*text);
    return nullptr;
}

std::string serialize(const json::value& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace stack_template
