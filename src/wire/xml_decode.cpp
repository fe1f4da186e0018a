// The decoding half of xml.h.
#include <algorithm>
#include <pugixml.hpp>

#include "wire/text_value.h"
#include "wire/utf8.h"
#include "wire/xml.h"

namespace wire {

namespace {

// "ns:Key" -> "Key"
std::string_view local_name(std::string_view full) {
    const std::size_t colon = full.rfind(':');
    return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

class Decoder {
  public:
    explicit Decoder(MissingMembers* missing) : missing_(missing) {}

    base::Result<void> structure(const pugi::xml_node& node, const shape::Type& type, void* object,
                                 const std::string& path) {
        for (const shape::Member& member : type.members) {
            if (member.constraints.location != shape::Location::body) continue;
            TRY(found, this->member(node, member, object, path));
            if (!found && member.constraints.required && missing_ != nullptr &&
                missing_->size() < missing_members_max) {
                missing_->push_back(path + lower_first(member.name));
            }
        }
        return base::ok();
    }

  private:
    // True when the member was there.
    base::Result<bool> member(const pugi::xml_node& node, const shape::Member& member, void* object,
                              const std::string& path) {
        const std::string_view name = member.wire_name();
        const shape::Constraints& constraints = member.constraints;
        const shape::Type* type = &member.type();
        void* target = member.address(object);
        const std::string here = path + lower_first(member.name);
        if (constraints.xml_attribute) {
            const pugi::xml_attribute attribute = find_attribute(node, name);
            if (!attribute) return false;
            unwrap(type, target);
            TRY_VOID(scalar(attribute.value(), *type, target, constraints, here));
            return true;
        }
        const shape::Type& bare = type->kind == shape::Kind::optional ? type->element() : *type;
        const bool repeated = constraints.flattened &&
                              (bare.kind == shape::Kind::list || bare.kind == shape::Kind::map);
        bool found = false;
        std::size_t count = 0;
        for (const pugi::xml_node& child : node.children()) {
            if (child.type() != pugi::node_element || local_name(child.name()) != name) continue;
            if (found && !repeated) {
                return base::Error{
                    base::ErrorKind::invalid, "<" + std::string(name) + "> twice", {}};
            }
            if (!found) unwrap(type, target);
            found = true;
            if (!repeated) {
                TRY_VOID(value(child, *type, target, constraints, here));
            } else if (type->kind == shape::Kind::list) {
                TRY_VOID(value(child, type->element(), type->append(target),
                               element_rules(constraints),
                               here + "." + std::to_string(++count) + ".member"));
            } else {
                TRY_VOID(entry(child, *type, target, constraints, here));
            }
        }
        return found;
    }

    static void unwrap(const shape::Type*& type, void*& object) {
        while (type->kind == shape::Kind::optional) {
            object = type->emplace(object);
            type = &type->element();
        }
    }

    // By the whole name ("xsi:type"), or the local one.
    static pugi::xml_attribute find_attribute(const pugi::xml_node& node, std::string_view name) {
        for (const pugi::xml_attribute& attribute : node.attributes()) {
            if (attribute.name() == name || local_name(attribute.name()) == local_name(name)) {
                return attribute;
            }
        }
        return {};
    }

    base::Result<void> value(const pugi::xml_node& node, const shape::Type& type, void* object,
                             const shape::Constraints& constraints, const std::string& path) {
        switch (type.kind) {
            case shape::Kind::optional:
                return value(node, type.element(), type.emplace(object), constraints, path);
            case shape::Kind::structure:
                return structure(node, type, object, path + ".");
            case shape::Kind::list: {
                const std::string_view name =
                    constraints.element_name != nullptr ? constraints.element_name : "member";
                std::size_t count = 0;
                for (const pugi::xml_node& child : node.children()) {
                    if (child.type() != pugi::node_element) continue;
                    if (local_name(child.name()) != name) continue;
                    TRY_VOID(value(child, type.element(), type.append(object),
                                   element_rules(constraints),
                                   path + "." + std::to_string(++count) + ".member"));
                }
                return base::ok();
            }
            case shape::Kind::map:
                for (const pugi::xml_node& child : node.children()) {
                    if (child.type() != pugi::node_element) continue;
                    TRY_VOID(entry(child, type, object, constraints, path));
                }
                return base::ok();
            case shape::Kind::stream:
                return base::ok();
            default:
                return scalar(node.text().get(), type, object, constraints, path);
        }
    }

    base::Result<void> entry(const pugi::xml_node& node, const shape::Type& type, void* object,
                             const shape::Constraints& constraints, const std::string& path) {
        pugi::xml_node key;
        pugi::xml_node held;
        for (const pugi::xml_node& child : node.children()) {
            if (local_name(child.name()) == "key") key = child;
            if (local_name(child.name()) == "value") held = child;
        }
        if (!key || !held) {
            return base::Error{
                base::ErrorKind::invalid, path + ": an entry has a key and a value", {}};
        }
        const char* name = key.text().get();
        return value(held, type.element(), type.insert(object, name), element_rules(constraints),
                     path + "." + name + ".member");
    }

    static base::Result<void> scalar(const char* text, const shape::Type& type, void* object,
                                     const shape::Constraints& constraints,
                                     const std::string& path) {
        std::string_view trimmed(text);
        // White space around a number or a date means nothing; in a string it does.
        if (type.kind != shape::Kind::string) {
            const std::size_t first = trimmed.find_first_not_of(" \t\r\n");
            trimmed = first == std::string_view::npos ? std::string_view() : trimmed.substr(first);
            trimmed = trimmed.substr(0, trimmed.find_last_not_of(" \t\r\n") + 1);
        }
        const auto read = decode_text(trimmed, type, object, constraints.timestamp);
        if (read.has_value()) return base::ok();
        return base::Error{base::ErrorKind::invalid, path + ": " + read.error().message, {}};
    }

    static shape::Constraints element_rules(const shape::Constraints& container) {
        shape::Constraints rules;
        rules.timestamp = container.timestamp;
        return rules;
    }

    MissingMembers* missing_;
};

// Whether elements are nested deeper than xml_depth_max; a walk without recursion.
bool too_deep(const pugi::xml_node& root) {
    std::size_t depth = 0;
    pugi::xml_node node = root;
    while (node) {
        if (node.first_child()) {
            node = node.first_child();
            if (++depth > xml_depth_max) return true;
            continue;
        }
        while (node && node != root && !node.next_sibling()) {
            node = node.parent();
            --depth;
        }
        if (!node || node == root) return false;
        node = node.next_sibling();
    }
    return false;
}

}  // namespace

base::Result<void> decode_xml(std::string_view text, const shape::Type& type, void* out,
                              MissingMembers* missing) {
    if (!is_utf8(text)) {
        return base::Error{base::ErrorKind::invalid, "the document is not UTF-8", {}};
    }
    if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '<')) > xml_tags_max) {
        return base::Error{base::ErrorKind::invalid, "the document has too many tags", {}};
    }
    pugi::xml_document document;
    // White space alone is kept where it is an element's only content (a Prefix may be " ").
    const unsigned options = pugi::parse_default | pugi::parse_ws_pcdata_single;
    const pugi::xml_parse_result result =
        document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
    if (!result) {
        return base::Error{
            base::ErrorKind::invalid,
            std::string(result.description()) + " at byte " + std::to_string(result.offset),
            {}};
    }
    const pugi::xml_node root = document.document_element();
    if (!root) return base::Error{base::ErrorKind::invalid, "the document has no element", {}};
    if (too_deep(root)) {
        return base::Error{base::ErrorKind::invalid, "the document is nested too deep", {}};
    }
    return Decoder(missing).structure(root, type, out, {});
}

}  // namespace wire
