#include "mcp/schema.h"

#include <boost/json/parse.hpp>
#include <cmath>

#include "aws/json_values.h"
#include "mcp/registry.h"
#include "wire/base64.h"
#include "wire/utf8.h"

namespace mcp {

namespace {

namespace json = boost::json;
using shape::Constraints;
using shape::Kind;
using shape::Type;

enum class Direction { input, output };

json::object schema_of(const Type& type, const Constraints& constraints, Direction direction,
                       const void* defaults);

void add_bounds(json::object& schema, const Constraints& constraints, const char* least,
                const char* most) {
    if (constraints.min) schema[least] = *constraints.min;
    if (constraints.max) schema[most] = *constraints.max;
}

json::array enum_values(std::string_view values) {
    json::array list;
    while (!values.empty()) {
        const auto comma = values.find(", ");
        list.emplace_back(values.substr(0, comma));
        if (comma == std::string_view::npos) break;
        values.remove_prefix(comma + 2);
    }
    return list;
}

json::object structure_schema(const Type& type, Direction direction, const void* defaults) {
    json::object properties;
    json::array required;
    for (const shape::Member& member : type.members) {
        const void* value = defaults != nullptr ? member.address_in(defaults) : nullptr;
        json::object schema = schema_of(member.type(), member.constraints, direction, value);
        const bool optional = member.type().kind == Kind::optional;
        if (direction == Direction::input && value != nullptr && !optional &&
            !member.constraints.required) {
            json::value given = structured(member.type(), value);
            const bool empty = given.is_string() && given.get_string().empty();
            if (!empty) schema["default"] = std::move(given);
        }
        properties[member.name] = std::move(schema);
        if (direction == Direction::output || member.constraints.required) {
            required.emplace_back(member.name);
        }
    }
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    return schema;
}

json::object string_schema(const Constraints& constraints) {
    json::object schema{{"type", "string"}};
    add_bounds(schema, constraints, "minLength", "maxLength");
    if (constraints.pattern != nullptr) {
        schema["pattern"] = "^(?:" + std::string(constraints.pattern) + ")$";
    }
    if (constraints.values != nullptr) schema["enum"] = enum_values(constraints.values);
    return schema;
}

json::object list_schema(const Type& type, const Constraints& constraints, Direction direction) {
    Constraints element;
    if (type.element().kind == Kind::string) {
        element.pattern = constraints.pattern;
        element.values = constraints.values;
    }
    json::object schema{{"type", "array"},
                        {"items", schema_of(type.element(), element, direction, nullptr)}};
    add_bounds(schema, constraints, "minItems", "maxItems");
    return schema;
}

json::object nullable(json::object schema) {
    json::value* kind = schema.if_contains("type");
    if (kind != nullptr && kind->is_string()) {
        *kind = json::array{*kind, "null"};
        if (json::value* values = schema.if_contains("enum"))
            values->as_array().emplace_back(nullptr);
    }
    return schema;
}

json::object plain_schema(const Type& type, const Constraints& constraints, Direction direction,
                          const void* defaults) {
    json::object schema;
    switch (type.kind) {
        case Kind::boolean:
            return {{"type", "boolean"}};
        case Kind::integer:
        case Kind::long_integer:
            schema["type"] = "integer";
            add_bounds(schema, constraints, "minimum", "maximum");
            return schema;
        case Kind::real:
            schema["type"] = "number";
            add_bounds(schema, constraints, "minimum", "maximum");
            return schema;
        case Kind::string:
            return string_schema(constraints);
        case Kind::blob:
            return {{"type", "string"}, {"contentEncoding", "base64"}};
        case Kind::timestamp:
            return {{"type", "number"}};
        case Kind::document:
        case Kind::stream:
            return {};  // anything
        case Kind::list:
            return list_schema(type, constraints, direction);
        case Kind::map:
            return {{"type", "object"},
                    {"additionalProperties", schema_of(type.element(), {}, direction, nullptr)}};
        case Kind::structure:
            return structure_schema(type, direction, defaults);
        case Kind::optional: {
            json::object inner = schema_of(type.element(), constraints, direction, nullptr);
            return direction == Direction::output ? nullable(std::move(inner)) : inner;
        }
    }
    return schema;
}

json::object schema_of(const Type& type, const Constraints& constraints, Direction direction,
                       const void* defaults) {
    json::object schema = plain_schema(type, constraints, direction, defaults);
    if (constraints.help != nullptr) schema["description"] = constraints.help;
    return schema;
}

json::value structured_list(const Type& type, const void* object) {
    json::array list;
    const std::size_t size = type.size(object);
    list.reserve(size);
    for (std::size_t i = 0; i < size; ++i)
        list.push_back(structured(type.element(), type.element_at(object, i)));
    return list;
}

json::value structured_map(const Type& type, const void* object) {
    struct Visit {
        json::object entries;
        const Type& element;
    } visit{{}, type.element()};
    type.for_each(object, &visit, [](void* context, std::string_view key, const void* value) {
        auto& into = *static_cast<Visit*>(context);
        into.entries[valid_utf8(key)] = structured(into.element, value);
    });
    return std::move(visit.entries);
}

}  // namespace

std::string valid_utf8(std::string_view text) {
    return wire::to_valid_utf8(text);
}

json::value structured(const Type& type, const void* object) {
    switch (type.kind) {
        case Kind::boolean:
            return *static_cast<const bool*>(object);
        case Kind::integer:
            return *static_cast<const std::int32_t*>(object);
        case Kind::long_integer:
            return *static_cast<const std::int64_t*>(object);
        case Kind::real: {
            const double value = *static_cast<const double*>(object);
            return std::isfinite(value) ? json::value(value) : json::value(nullptr);
        }
        case Kind::string:
            return json::value(valid_utf8(*static_cast<const std::string*>(object)));
        case Kind::blob:
            return json::value(wire::encode_base64(static_cast<const base::Blob*>(object)->bytes));
        case Kind::timestamp:
            return static_cast<double>(static_cast<const base::Timestamp*>(object)->ms) / 1000;
        case Kind::document: {
            boost::system::error_code problem;
            json::value value =
                json::parse(static_cast<const shape::Document*>(object)->json, problem);
            return problem ? json::value(nullptr) : value;
        }
        case Kind::list:
            return structured_list(type, object);
        case Kind::map:
            return structured_map(type, object);
        case Kind::structure: {
            json::object members;
            for (const shape::Member& member : type.members)
                members[member.name] = structured(member.type(), member.address_in(object));
            return members;
        }
        case Kind::optional: {
            const void* value = type.get(object);
            return value != nullptr ? structured(type.element(), value) : json::value(nullptr);
        }
        case Kind::stream:
            break;
    }
    return nullptr;
}

json::object input_schema(const Type& type, const void* defaults) {
    return structure_schema(type, Direction::input, defaults);
}

json::object output_schema(const Type& type) {
    return structure_schema(type, Direction::output, nullptr);
}

std::optional<std::string> decode_arguments(const json::object& arguments, const Type& type,
                                            void* out, const aws::Validator& validator) {
    aws::JsonOptions options;
    options.coerce_scalars = true;
    options.require_members = true;
    wire::MissingMembers missing;
    const auto problems = aws::from_json(arguments, type, out, options, &missing);
    if (!problems.empty()) {
        std::string text = "Invalid arguments:";
        for (const aws::JsonProblem& problem : problems) {
            const std::string at = problem.path.starts_with("#/") ? problem.path.substr(2) : "";
            text += "\n- " + (at.empty() ? "" : at + ": ") + problem.message;
        }
        return valid_utf8(text);
    }
    if (auto wrong = validator.check(type, out, missing)) {
        return valid_utf8("Invalid arguments: " + *wrong);
    }
    return std::nullopt;
}

// ---- registry.h's makers of results ----

json::object tool_result(const Type& type, const void* output, std::string text,
                         std::vector<ResourceLink> links) {
    json::array content{json::object{{"type", "text"}, {"text", valid_utf8(text)}}};
    for (ResourceLink& link : links) {
        json::object block{{"type", "resource_link"}, {"uri", link.uri}, {"name", link.name}};
        if (!link.description.empty()) block["description"] = link.description;
        if (!link.mime_type.empty()) block["mimeType"] = link.mime_type;
        if (link.size) block["size"] = *link.size;
        content.push_back(std::move(block));
    }
    return {{"content", std::move(content)}, {"structuredContent", structured(type, output)}};
}

json::object tool_failure(std::string message) {
    return {{"content", json::array{json::object{{"type", "text"}, {"text", valid_utf8(message)}}}},
            {"isError", true}};
}

}  // namespace mcp
