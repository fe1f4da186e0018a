// The encoding half of xml.h.
#include "wire/text_value.h"
#include "wire/utf8.h"
#include "wire/xml.h"

namespace wire {

namespace {

// An element's attributes are members of its structure too.
void append_attributes(std::string& out, const shape::Type& type, const void* object) {
    if (type.kind != shape::Kind::structure) return;
    for (const shape::Member& member : type.members) {
        if (!member.constraints.xml_attribute) continue;
        const shape::Type* member_type = &member.type();
        const void* value = member.address_in(object);
        if (member_type->kind == shape::Kind::optional) {
            value = member_type->get(value);
            if (value == nullptr) continue;
            member_type = &member_type->element();
        }
        out += ' ';
        out += member.wire_name();
        out += "=\"";
        append_xml_text(out, encode_text(*member_type, value, member.constraints.timestamp));
        out += '"';
    }
}

void append_content(std::string& out, const shape::Type& type, const void* object,
                    const shape::Constraints& constraints);

void append_element(std::string& out, std::string_view name, const shape::Type& type,
                    const void* object, const shape::Constraints& constraints) {
    out += '<';
    out += name;
    if (constraints.xml_namespace != nullptr) {
        out += " xmlns=\"";
        append_xml_text(out, constraints.xml_namespace);
        out += '"';
    }
    append_attributes(out, type, object);
    out += '>';
    append_content(out, type, object, constraints);
    out += "</";
    out += name;
    out += '>';
}

// What a container's constraints say about the values in it.
shape::Constraints element_rules(const shape::Constraints& container) {
    shape::Constraints rules;
    rules.timestamp = container.timestamp;
    return rules;
}

void append_list(std::string& out, std::string_view name, const shape::Type& type,
                 const void* object, const shape::Constraints& constraints) {
    const shape::Constraints rules = element_rules(constraints);
    for (std::size_t i = 0; i < type.size(object); ++i) {
        append_element(out, name, type.element(), type.element_at(object, i), rules);
    }
}

void append_map(std::string& out, std::string_view name, const shape::Type& type,
                const void* object, const shape::Constraints& constraints) {
    struct Context {
        std::string& out;
        std::string_view name;
        const shape::Type& element;
        shape::Constraints rules;
    } context{out, name, type.element(), element_rules(constraints)};
    type.for_each(object, &context, [](void* raw, std::string_view key, const void* value) {
        auto& c = *static_cast<Context*>(raw);
        c.out += '<';
        c.out += c.name;
        c.out += "><key>";
        append_xml_text(c.out, key);
        c.out += "</key>";
        append_element(c.out, "value", c.element, value, c.rules);
        c.out += "</";
        c.out += c.name;
        c.out += '>';
    });
}

void append_content(std::string& out, const shape::Type& type, const void* object,
                    const shape::Constraints& constraints) {
    switch (type.kind) {
        case shape::Kind::structure:
            append_xml_members(out, type, object);
            return;
        case shape::Kind::list:
            append_list(out,
                        constraints.element_name != nullptr ? constraints.element_name : "member",
                        type, object, constraints);
            return;
        case shape::Kind::map:
            append_map(out, "entry", type, object, constraints);
            return;
        case shape::Kind::optional: {
            const void* held = type.get(object);
            if (held != nullptr) append_content(out, type.element(), held, constraints);
            return;
        }
        case shape::Kind::stream:
            return;
        default:
            append_xml_text(out, encode_text(type, object, constraints.timestamp));
            return;
    }
}

void append_member(std::string& out, const shape::Member& member, const void* object) {
    const shape::Constraints& constraints = member.constraints;
    const shape::Type* type = &member.type();
    const void* value = member.address_in(object);
    if (type->kind == shape::Kind::optional) {
        value = type->get(value);
        if (value == nullptr) return;
        type = &type->element();
    }
    if (type->kind == shape::Kind::stream) return;
    if (constraints.flattened && type->kind == shape::Kind::list) {
        append_list(out, member.wire_name(), *type, value, constraints);
    } else if (constraints.flattened && type->kind == shape::Kind::map) {
        append_map(out, member.wire_name(), *type, value, constraints);
    } else {
        append_element(out, member.wire_name(), *type, value, constraints);
    }
}

}  // namespace

void append_xml_members(std::string& out, const shape::Type& type, const void* object) {
    for (const shape::Member& member : type.members) {
        if (member.constraints.location != shape::Location::body) continue;
        if (!member.constraints.xml_attribute) append_member(out, member, object);
    }
}

void append_xml_element(std::string& out, std::string_view name, const shape::Type& type,
                        const void* object, const char* xml_namespace) {
    shape::Constraints constraints;
    constraints.xml_namespace = xml_namespace;
    append_element(out, name, type, object, constraints);
}

void append_xml_text(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t sequence = utf8_sequence_length(text);
        const char c = text[0];
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#xD;";
                break;
            case '\n':
                out += "&#xA;";
                break;
            case '\t':
                out += "&#x9;";
                break;
            default:
                if (sequence == 0) {
                    out += "\xEF\xBF\xBD";
                } else if (sequence == 1 && static_cast<unsigned char>(c) < 0x20) {
                    // No XML 1.0 can carry these; S3 writes them so, and asks clients to use
                    // encoding-type=url.
                    static constexpr char digits[] = "0123456789abcdef";
                    out += "&#x";
                    if (c >= 16) out += '1';
                    out += digits[c & 15];
                    out += ';';
                } else {
                    out += text.substr(0, sequence);
                }
        }
        text.remove_prefix(sequence == 0 ? 1 : sequence);
    }
}

}  // namespace wire
