// From a tree to a Template: sections, names, limits. Parameters are in parse_parameters.cpp.
#include "stack_template/check.h"
#include "stack_template/read.h"
#include "stack_template/stack_template.h"

namespace stack_template {

namespace {

constexpr std::string_view sections[] = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
};

// Nulls are refused wherever they are, with their path.
base::Result<void> refuse_nulls(const json::value& value, std::string& path) {
    if (value.is_null()) {
        return invalid("Template format error: [" + path +
                       "] 'null' values are not allowed in templates");
    }
    const std::size_t length = path.size();
    if (const json::array* list = value.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            path += "/" + std::to_string(i);
            TRY_VOID(refuse_nulls((*list)[i], path));
            path.resize(length);
        }
    }
    if (const json::object* map = value.if_object()) {
        for (const auto& member : *map) {
            path += "/" + std::string(member.key());
            TRY_VOID(refuse_nulls(member.value(), path));
            path.resize(length);
        }
    }
    return base::ok();
}

base::Result<void> read_transforms(const json::value& value, Template& parsed) {
    const auto add = [&](const json::value& element) -> base::Result<void> {
        const json::string* name = element.if_string();
        if (name == nullptr) {
            const json::object* macro = element.if_object();
            const json::value* named = macro == nullptr ? nullptr : macro->if_contains("Name");
            if (named == nullptr || !named->is_string()) {
                return invalid("Template format error: Every Transform must be a string.");
            }
            name = &named->get_string();
        }
        if (*name != "AWS::LanguageExtensions") {
            return unsupported("Transform " + std::string(*name) +
                               " is not supported; only AWS::LanguageExtensions is.");
        }
        parsed.transforms.emplace_back(*name);
        return base::ok();
    };
    if (const json::array* list = value.if_array()) {
        for (const json::value& element : *list) {
            TRY_VOID(add(element));
        }
        return base::ok();
    }
    return add(value);
}

base::Result<void> read_mappings(const json::object& section, Template& parsed) {
    TRY_VOID(check_count(section, "mappings", mappings_max));
    for (const auto& mapping : section) {
        TRY_VOID(check_name(mapping.key(), "Mappings"));
        TRY(keys, member_object(mapping.value(), "Mappings"));
        for (const auto& key : *keys) {
            const json::object* attributes = key.value().if_object();
            if (attributes == nullptr) {
                return invalid("Template format error: Every Mappings member " +
                               std::string(key.key()) + " must be a map");
            }
            TRY_VOID(check_count(*attributes, "attributes of a mapping", mapping_attributes_max));
            for (const auto& attribute : *attributes) {
                const json::array* list = attribute.value().if_array();
                const bool fits =
                    list == nullptr
                        ? text_of(attribute.value()).has_value()
                        : std::all_of(list->begin(), list->end(), [](const json::value& element) {
                              return text_of(element).has_value();
                          });
                if (!fits) {
                    return invalid(
                        "Template format error: Every Mappings attribute must be a String or a "
                        "List.");
                }
            }
        }
    }
    parsed.mappings = section;
    return base::ok();
}

base::Result<void> read_conditions(const json::object& section, Template& parsed) {
    for (const auto& condition : section) {
        TRY_VOID(check_name(condition.key(), "Conditions"));
    }
    parsed.conditions = section;
    return check_conditions(parsed);
}

base::Result<void> read_rule(std::string_view name, const json::object& map, Rule& rule) {
    rule.name = name;
    for (const auto& member : map) {
        if (member.key() != "RuleCondition" && member.key() != "Assertions") {
            return invalid(
                "Template format error: Invalid rule property '" + std::string(member.key()) + "'",
                name);
        }
    }
    if (const json::value* condition = map.if_contains("RuleCondition")) {
        rule.condition = *condition;
    }
    const json::value* assertions = map.if_contains("Assertions");
    const json::array* list = assertions == nullptr ? nullptr : assertions->if_array();
    if (list == nullptr) {
        return invalid("Template format error: Every Rules object must contain an Assertions list.",
                       name);
    }
    for (const json::value& element : *list) {
        const json::object* assertion = element.if_object();
        if (assertion == nullptr || !assertion->contains("Assert")) {
            return invalid(
                "Template format error: Every Assertions member must contain an Assert object.",
                name);
        }
        Assertion made{assertion->at("Assert"), {}};
        TRY_VOID(read_text(*assertion, "AssertDescription", made.description));
        if (assertion->size() > (assertion->contains("AssertDescription") ? 2U : 1U)) {
            return invalid(
                "Template format error: An assertion has only Assert and AssertDescription.", name);
        }
        rule.assertions.push_back(std::move(made));
    }
    return base::ok();
}

base::Result<void> read_policy(const json::object& map, std::string_view name, bool is_deletion,
                               Resource& resource) {
    const json::value* value = map.if_contains(name);
    if (value == nullptr) return base::ok();
    const json::string* text = value->if_string();
    if (text == nullptr) {
        return invalid("Template format error: [/Resources/" + resource.logical_id + "] Every " +
                           std::string(name) + " member must be a string.",
                       resource.logical_id);
    }
    RemovalPolicy& policy = is_deletion ? resource.deletion_policy : resource.update_replace_policy;
    if (*text == "Delete") {
        policy = RemovalPolicy::remove;
    } else if (*text == "Retain") {
        policy = RemovalPolicy::retain;
    } else if (*text == "RetainExceptOnCreate" && is_deletion) {
        policy = RemovalPolicy::retain_except_on_create;
    } else if (*text == "Snapshot") {
        return invalid("Template error: resource type " + resource.type +
                           " does not support deletion policy Snapshot",
                       resource.logical_id);
    } else {
        return invalid("Template format error: Unrecognized " + std::string(name) + " " +
                           std::string(*text) + " for resource " + resource.logical_id,
                       resource.logical_id);
    }
    return base::ok();
}

base::Result<void> read_depends_on(const json::value& value, Resource& resource) {
    const json::string* one = value.if_string();
    const json::array* list = value.if_array();
    if (one == nullptr && list == nullptr) {
        return invalid("Template format error: DependsOn must be a string or list of strings.",
                       resource.logical_id);
    }
    if (one != nullptr) resource.depends_on.emplace_back(*one);
    if (list == nullptr) return base::ok();
    for (const json::value& element : *list) {
        if (!element.is_string()) {
            return invalid("Template format error: Every DependsOn value must be a string.",
                           resource.logical_id);
        }
        resource.depends_on.emplace_back(element.get_string());
    }
    return base::ok();
}

base::Result<void> read_resource_attribute(std::string_view key, const json::value& value,
                                           Resource& resource) {
    const std::string at = "Template format error: [/Resources/" + resource.logical_id + "] ";
    if (key == "Properties") {
        if (!value.is_object() || as_call(value, Place::values)) {
            return invalid(at + "Every Properties member must be a map.", resource.logical_id);
        }
        resource.properties = value.get_object();
    } else if (key == "DependsOn") {
        return read_depends_on(value, resource);
    } else if (key == "Condition") {
        if (!value.is_string()) {
            return invalid(at + "Every Condition member must be a string.", resource.logical_id);
        }
        resource.condition = value.get_string();
    } else if (key == "Metadata") {
        resource.metadata = value;
    } else if (key == "CreationPolicy" || key == "UpdatePolicy") {
        return unsupported(std::string(key) + " of resource " + resource.logical_id +
                               " is not supported: no resource type here takes signals.",
                           resource.logical_id);
    } else if (key != "Type" && key != "DeletionPolicy" && key != "UpdateReplacePolicy") {
        return invalid("Invalid template resource property '" + std::string(key) + "'",
                       resource.logical_id);
    }
    return base::ok();
}

base::Result<void> read_resource(std::string_view name, const json::value& value,
                                 Template& parsed) {
    if (name.starts_with("Fn::")) {
        return unsupported("Template error: " + std::string(name.substr(0, name.find("::", 4))) +
                           " is not supported.");
    }
    TRY_VOID(check_name(name, "Resources"));
    TRY(map, member_object(value, "Resources"));
    Resource resource;
    resource.logical_id = name;
    const std::string at = "Template format error: [/Resources/" + resource.logical_id + "] ";
    const json::value* type = map->if_contains("Type");
    if (type == nullptr) {
        return invalid(at + "Every Resources object must contain a Type member.", name);
    }
    if (!type->is_string()) return invalid(at + "Every Type member must be a string.", name);
    resource.type = type->get_string();
    for (const auto& member : *map) {
        TRY_VOID(read_resource_attribute(member.key(), member.value(), resource));
    }
    TRY_VOID(read_policy(*map, "DeletionPolicy", true, resource));
    TRY_VOID(read_policy(*map, "UpdateReplacePolicy", false, resource));
    parsed.resource_positions.emplace(resource.logical_id, parsed.resources.size());
    parsed.resources.push_back(std::move(resource));
    return base::ok();
}

base::Result<void> read_export(const json::value& value, Output& output) {
    const json::object* map = value.if_object();
    if (map == nullptr || map->size() != 1 || !map->contains("Name")) {
        return invalid("Template format error: Output " + output.name +
                           " is malformed. The Export field must be a map with a Name.",
                       output.name);
    }
    output.export_name = map->at("Name");
    return base::ok();
}

base::Result<void> read_output(std::string_view name, const json::value& value, Template& parsed) {
    TRY_VOID(check_name(name, "Outputs"));
    TRY(map, member_object(value, "Outputs"));
    Output output;
    output.name = name;
    if (!map->contains("Value")) {
        return invalid("Template format error: Every Outputs member must contain a Value object",
                       name);
    }
    for (const auto& member : *map) {
        if (member.key() == "Value") {
            output.value = member.value();
            if (output.value.is_array()) {
                return invalid(
                    "Template format error: The Value field of every Outputs member must evaluate "
                    "to a String.",
                    name);
            }
        } else if (member.key() == "Description") {
            TRY_VOID(read_text(*map, "Description", output.description));
        } else if (member.key() == "Export") {
            TRY_VOID(read_export(member.value(), output));
        } else if (member.key() == "Condition") {
            if (!member.value().is_string()) {
                return invalid("Template format error: Every Condition member must be a string.",
                               name);
            }
            output.condition = member.value().get_string();
        } else {
            return invalid("Invalid template output property '" + std::string(member.key()) + "'",
                           name);
        }
    }
    parsed.outputs.push_back(std::move(output));
    return base::ok();
}

base::Result<void> read_head(const json::object& root, Template& parsed) {
    std::vector<std::string> extra;
    for (const auto& member : root) {
        const std::string_view key = member.key();
        if (std::find(std::begin(sections), std::end(sections), key) == std::end(sections)) {
            extra.emplace_back(key);
        }
    }
    if (!extra.empty()) {
        return invalid("Invalid template property or properties " + bracketed(extra));
    }
    TRY_VOID(read_text(root, "AWSTemplateFormatVersion", parsed.format_version));
    if (root.contains("AWSTemplateFormatVersion") && parsed.format_version != "2010-09-09") {
        return invalid("Template format error: unsupported value for AWSTemplateFormatVersion.");
    }
    TRY_VOID(read_text(root, "Description", parsed.description));
    if (parsed.description.size() > description_bytes_max) {
        return base::Error{base::ErrorKind::limit,
                           "Template format error: 'Description' length is greater than " +
                               std::to_string(description_bytes_max) + ".",
                           {}};
    }
    if (const json::value* metadata = root.if_contains("Metadata")) parsed.metadata = *metadata;
    if (const json::value* transforms = root.if_contains("Transform")) {
        TRY_VOID(read_transforms(*transforms, parsed));
    }
    return base::ok();
}

base::Result<void> read_sections(const json::object& root, Template& parsed) {
    TRY(parameters, section(root, "Parameters"));
    TRY_VOID(read_parameters(*parameters, parsed));
    TRY(mappings, section(root, "Mappings"));
    TRY_VOID(read_mappings(*mappings, parsed));
    TRY(conditions, section(root, "Conditions"));
    TRY_VOID(read_conditions(*conditions, parsed));
    TRY(rules, section(root, "Rules"));
    for (const auto& rule : *rules) {
        TRY_VOID(check_name(rule.key(), "Rules"));
        TRY(map, member_object(rule.value(), "Rules"));
        TRY_VOID(read_rule(rule.key(), *map, parsed.rules.emplace_back()));
    }
    TRY(resources, section(root, "Resources"));
    if (resources->empty()) {
        return invalid("Template format error: At least one Resources member must be defined.");
    }
    TRY_VOID(check_count(*resources, "resources", resources_max));
    for (const auto& resource : *resources) {
        TRY_VOID(read_resource(resource.key(), resource.value(), parsed));
        if (parsed.find_parameter(resource.key()) != nullptr) {
            return invalid("Template format error: " + std::string(resource.key()) +
                           " is both a parameter and a resource");
        }
    }
    TRY(outputs, section(root, "Outputs"));
    TRY_VOID(check_count(*outputs, "outputs", outputs_max));
    for (const auto& output : *outputs) {
        TRY_VOID(read_output(output.key(), output.value(), parsed));
    }
    return base::ok();
}

}  // namespace

base::Result<const json::object*> section(const json::object& root, std::string_view name) {
    static const json::object none;
    const json::value* value = root.if_contains(name);
    if (value == nullptr) return &none;
    if (const json::object* map = value->if_object()) return map;
    return invalid("Template format error: the " + std::string(name) + " section must be a map.");
}

base::Result<const json::object*> member_object(const json::value& value,
                                                std::string_view section_name) {
    if (const json::object* map = value.if_object()) return map;
    return invalid("Template format error: Any " + std::string(section_name) +
                   " member must be an object.");
}

base::Result<void> check_count(const json::object& map, std::string_view what, std::size_t max) {
    if (map.size() <= max) return base::ok();
    return base::Error{base::ErrorKind::limit,
                       "Template format error: Number of " + std::string(what) + ", " +
                           std::to_string(map.size()) + ", is greater than maximum allowed, " +
                           std::to_string(max),
                       {}};
}

base::Result<void> check_name(std::string_view name, std::string_view section_name) {
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const std::string_view kind = section_name.substr(0, section_name.size() - 1);
    if (name.empty() || !std::all_of(name.begin(), name.end(), alphanumeric)) {
        return invalid("Template format error: " + std::string(kind) + " name " +
                       std::string(name) + " is non alphanumeric.");
    }
    if (name.size() > logical_id_characters_max) {
        return base::Error{base::ErrorKind::limit,
                           "Template format error: " + std::string(kind) + " name " +
                               std::string(name.substr(0, 32)) + "… is longer than " +
                               std::to_string(logical_id_characters_max) + " characters.",
                           {}};
    }
    return base::ok();
}

base::Result<void> read_text(const json::object& map, std::string_view key, std::string& out) {
    const json::value* value = map.if_contains(key);
    if (value == nullptr) return base::ok();
    const auto text = text_of(*value);
    if (!text) {
        return invalid("Template format error: Every " + std::string(key) +
                       " member must be a string.");
    }
    out = *text;
    return base::ok();
}

base::Result<Template> parse(std::string_view text) {
    TRY(tree, parse_tree(text));
    const json::object* root = tree.if_object();
    if (root == nullptr) return invalid("Template format error: unsupported structure.");
    std::string path;
    TRY_VOID(refuse_nulls(tree, path));
    Template parsed;
    parsed.text = text;
    const std::size_t first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    parsed.format = text[first] == '{' ? Format::json : Format::yaml;
    TRY_VOID(read_head(*root, parsed));
    TRY_VOID(read_sections(*root, parsed));
    TRY_VOID(check_references(parsed));
    return parsed;
}

const Parameter* Template::find_parameter(std::string_view name) const {
    for (const Parameter& parameter : parameters) {
        if (parameter.name == name) return &parameter;
    }
    return nullptr;
}

const Resource* Template::find_resource(std::string_view logical_id) const {
    const auto at = resource_positions.find(logical_id);
    return at == resource_positions.end() ? nullptr : &resources[at->second];
}

const Output* Template::find_output(std::string_view name) const {
    for (const Output& output : outputs) {
        if (output.name == name) return &output;
    }
    return nullptr;
}

bool Template::has_language_extensions() const {
    return std::find(transforms.begin(), transforms.end(), "AWS::LanguageExtensions") !=
           transforms.end();
}

}  // namespace stack_template
