#include "wire/form.h"

#include <charconv>
#include <map>
#include <memory>

#include "wire/text_value.h"

namespace wire {

namespace {

// The parameters as a tree: "Tags.member.1.Key" is four steps down.
struct Node {
    std::map<std::string, Node, std::less<>> children;
    const std::string* value = nullptr;

    const Node* child(std::string_view name) const {
        const auto found = children.find(name);
        return found != children.end() ? &found->second : nullptr;
    }
};

base::Result<void> insert(Node& root, const QueryParameter& parameter) {
    Node* node = &root;
    std::string_view name = parameter.name;
    for (std::size_t depth = 0;; ++depth) {
        if (depth == form_depth_max) {
            return base::Error{base::ErrorKind::invalid, "a parameter's name is nested too deep",
                               parameter.name.substr(0, 128)};
        }
        const std::size_t dot = name.find('.');
        node = &node->children[std::string(name.substr(0, dot))];
        if (dot == std::string_view::npos) break;
        name.remove_prefix(dot + 1);
    }
    node->value = &parameter.value;
    return base::ok();
}

// The children with numbers for names, in the order of the numbers.
std::map<std::uint64_t, const Node*> numbered(const Node& node) {
    std::map<std::uint64_t, const Node*> ordered;
    for (const auto& [name, child] : node.children) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc() && end == name.data() + name.size()) ordered[number] = &child;
    }
    return ordered;
}

class FormDecoder {
  public:
    explicit FormDecoder(MissingMembers* missing) : missing_(missing) {}

    base::Result<void> structure(const Node& node, const shape::Type& type, void* object,
                                 const std::string& path) {
        for (const shape::Member& member : type.members) {
            const Node* child = node.child(member.wire_name());
            if (child == nullptr) {
                if (member.constraints.required && missing_ != nullptr &&
                    missing_->size() < missing_members_max) {
                    missing_->push_back(path + lower_first(member.name));
                }
                continue;
            }
            TRY_VOID(value(*child, member.type(), member.address(object), member.constraints,
                           path + lower_first(member.name)));
        }
        return base::ok();
    }

  private:
    base::Result<void> value(const Node& node, const shape::Type& type, void* object,
                             const shape::Constraints& constraints, const std::string& path) {
        switch (type.kind) {
            case shape::Kind::optional:
                return value(node, type.element(), type.emplace(object), constraints, path);
            case shape::Kind::structure:
                return structure(node, type, object, path + ".");
            case shape::Kind::list:
                return list(node, type, object, constraints, path);
            case shape::Kind::map:
                return map(node, type, object, constraints, path);
            case shape::Kind::stream:
                return base::ok();
            default:
                break;
        }
        if (node.value == nullptr) {
            return base::Error{
                base::ErrorKind::invalid, "Unexpected complex element termination at " + path, {}};
        }
        const auto read = decode_text(*node.value, type, object, constraints.timestamp);
        if (read.has_value()) return base::ok();
        return base::Error{base::ErrorKind::invalid, path + ": " + read.error().message, {}};
    }

    // The node below which the numbers stand.
    static const Node* items(const Node& node, const shape::Constraints& constraints,
                             const char* wrapper) {
        if (constraints.flattened) return &node;
        return node.child(constraints.element_name != nullptr ? constraints.element_name : wrapper);
    }

    base::Result<void> list(const Node& node, const shape::Type& type, void* object,
                            const shape::Constraints& constraints, const std::string& path) {
        const Node* elements = items(node, constraints, "member");
        if (elements == nullptr) return base::ok();  // "Names=": an empty list
        std::size_t count = 0;
        for (const auto& [number, element] : numbered(*elements)) {
            ++count;
            TRY_VOID(value(*element, type.element(), type.append(object),
                           element_rules(constraints),
                           path + "." + std::to_string(count) + ".member"));
        }
        return base::ok();
    }

    base::Result<void> map(const Node& node, const shape::Type& type, void* object,
                           const shape::Constraints& constraints, const std::string& path) {
        const Node* entries = constraints.flattened ? &node : node.child("entry");
        if (entries == nullptr) return base::ok();
        for (const auto& [number, entry] : numbered(*entries)) {
            const Node* key = entry->child("key");
            const Node* held = entry->child("value");
            if (key == nullptr || key->value == nullptr || held == nullptr) {
                return base::Error{
                    base::ErrorKind::invalid,
                    path + "." + std::to_string(number) + ": an entry has a key and a value",
                    {}};
            }
            TRY_VOID(value(*held, type.element(), type.insert(object, *key->value),
                           element_rules(constraints), path + "." + *key->value + ".member"));
        }
        return base::ok();
    }

    // What a container's constraints say about the values in it.
    static shape::Constraints element_rules(const shape::Constraints& container) {
        shape::Constraints rules;
        rules.timestamp = container.timestamp;
        return rules;
    }

    MissingMembers* missing_;
};

}  // namespace

base::Result<void> decode_form(const std::vector<QueryParameter>& parameters,
                               const shape::Type& type, void* out, MissingMembers* missing) {
    Node root;
    for (const QueryParameter& parameter : parameters) {
        TRY_VOID(insert(root, parameter));
    }
    return FormDecoder(missing).structure(root, type, out, {});
}

}  // namespace wire
