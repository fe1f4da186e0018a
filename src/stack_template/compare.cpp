// Differences of properties, and what caused them.
#include "stack_template/compare.h"

#include "stack_template/evaluate.h"
#include "stack_template/functions.h"

namespace stack_template {

namespace {

class Causes : public ReferenceVisitor {
  public:
    explicit Causes(const Template& parsed) : template_(parsed) {}

    void on_ref(std::string_view name) override {
        if (is_pseudo_parameter(name)) return;
        add(template_.find_parameter(name) != nullptr ? ChangeSource::parameter_reference
                                                      : ChangeSource::resource_reference,
            std::string(name));
    }
    void on_attribute(std::string_view resource, std::string_view attribute) override {
        add(ChangeSource::resource_attribute,
            attribute.empty() ? std::string(resource)
                              : std::string(resource) + "." + std::string(attribute));
    }
    std::vector<ChangeCause> causes_;

  private:
    void add(ChangeSource source, std::string entity) {
        ChangeCause cause{source, std::move(entity), source != ChangeSource::parameter_reference};
        if (seen_.emplace(source, cause.causing_entity).second) causes_.push_back(std::move(cause));
    }
    std::set<std::pair<ChangeSource, std::string>> seen_;
    const Template& template_;
};

bool same_list(const json::array& left, const json::array& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_value);
}

bool same_map(const json::object& left, const json::object& right) {
    if (left.size() != right.size()) return false;
    return std::all_of(left.begin(), left.end(), [&](const auto& member) {
        const json::value* other = right.if_contains(member.key());
        return other != nullptr && same_value(member.value(), *other);
    });
}

// The path below which all differences of two maps lie.
std::string common_path(const json::value& before, const json::value& after, std::string path) {
    const json::object* left = before.if_object();
    const json::object* right = after.if_object();
    if (left == nullptr || right == nullptr) return path;
    std::vector<std::string> keys;
    for (const auto& member : *right) {
        const json::value* other = left->if_contains(member.key());
        if (other == nullptr || !same_value(member.value(), *other)) {
            keys.emplace_back(member.key());
        }
    }
    for (const auto& member : *left) {
        if (!right->contains(member.key())) keys.emplace_back(member.key());
    }
    if (keys.size() != 1) return path;
    const json::value* inner_before = left->if_contains(keys.front());
    const json::value* inner_after = right->if_contains(keys.front());
    path += "/" + keys.front();
    if (inner_before == nullptr || inner_after == nullptr) return path;
    return common_path(*inner_before, *inner_after, std::move(path));
}

const json::value& member_or_null(const json::object& map, std::string_view key) {
    static const json::value null;
    const json::value* found = map.if_contains(key);
    return found == nullptr ? null : *found;
}

std::vector<ChangeCause> causes_of(const json::value& before, const json::value& after,
                                   bool is_unknown, const std::set<std::string>& parameters_changed,
                                   const Template& parsed) {
    std::vector<ChangeCause> causes;
    const bool is_modified = !same_value(before, after);
    for (ChangeCause& cause : references_of(after, parsed)) {
        if (cause.source == ChangeSource::parameter_reference) {
            if (parameters_changed.contains(cause.causing_entity)) causes.push_back(cause);
        } else if (is_unknown || !is_modified) {
            // A known value of a text that is the same has changed because the resource has.
            cause.is_dynamic = is_unknown;
            causes.push_back(cause);
        }
    }
    if (is_modified || causes.empty()) {
        causes.push_back({ChangeSource::direct_modification, {}, is_unknown});
    }
    return causes;
}

}  // namespace

std::string_view to_string(ChangeSource source) {
    switch (source) {
        case ChangeSource::resource_reference:
            return "ResourceReference";
        case ChangeSource::parameter_reference:
            return "ParameterReference";
        case ChangeSource::resource_attribute:
            return "ResourceAttribute";
        case ChangeSource::direct_modification:
            return "DirectModification";
        case ChangeSource::automatic:
            return "Automatic";
    }
    return "";
}

std::string_view to_string(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::add:
            return "Add";
        case ChangeKind::modify:
            return "Modify";
        case ChangeKind::remove:
            return "Remove";
    }
    return "";
}

bool same_value(const json::value& left, const json::value& right) {
    if (left.is_array() && right.is_array()) return same_list(left.get_array(), right.get_array());
    if (left.is_object() && right.is_object()) {
        return same_map(left.get_object(), right.get_object());
    }
    const auto left_text = text_of(left);
    const auto right_text = text_of(right);
    if (left_text && right_text) return *left_text == *right_text;
    return left.is_null() && right.is_null();
}

std::vector<ChangeCause> references_of(const json::value& unresolved, const Template& parsed) {
    Causes causes(parsed);
    visit_references(unresolved, Place::values, causes);
    return std::move(causes.causes_);
}

std::vector<PropertyChange> compare(const PropertyTrees& before, const PropertyTrees& after,
                                    const std::set<std::string>& parameters_changed,
                                    const Template& parsed) {
    std::vector<PropertyChange> changes;
    const auto add = [&](std::string_view name, ChangeKind kind) {
        PropertyChange change;
        change.property = name;
        change.kind = kind;
        change.before = member_or_null(before.resolved, name);
        change.after = member_or_null(after.resolved, name);
        change.path = common_path(change.before, change.after, "/Properties/" + std::string(name));
        change.causes = causes_of(member_or_null(before.unresolved, name),
                                  member_or_null(after.unresolved, name), has_unknown(change.after),
                                  parameters_changed, parsed);
        changes.push_back(std::move(change));
    };
    for (const auto& member : after.resolved) {
        const json::value* old = before.resolved.if_contains(member.key());
        if (old == nullptr) {
            add(member.key(), ChangeKind::add);
        } else if (!same_value(*old, member.value())) {
            add(member.key(), ChangeKind::modify);
        }
    }
    for (const auto& member : before.resolved) {
        if (!after.resolved.contains(member.key())) add(member.key(), ChangeKind::remove);
    }
    return changes;
}

}  // namespace stack_template
