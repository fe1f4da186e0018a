// Functions of values. What is unknown makes what is made of it unknown.
#include "stack_template/evaluation.h"

#include <charconv>

#include "wire/base64.h"

namespace stack_template {

base::Result<void> Evaluation::charge(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ <= evaluated_bytes_max) return base::ok();
    return base::Error{base::ErrorKind::limit,
                       "Template error: the functions of one resource make more than " +
                           std::to_string(evaluated_bytes_max) + " bytes",
                       {}};
}

base::Result<Evaluation::Value> Evaluation::value(const json::value& expression, Place place) {
    TRY_VOID(charge(sizeof(json::value)));
    if (const auto found = as_call(expression, place)) return call(*found, place);
    if (const json::array* list = expression.if_array()) {
        json::array made;
        for (const json::value& element : *list) {
            TRY(one, value(element, place));
            if (one) made.push_back(std::move(*one));
        }
        return Value(std::move(made));
    }
    if (const json::object* map = expression.if_object()) {
        json::object made;
        for (const auto& member : *map) {
            TRY(one, value(member.value(), place));
            if (one) made.emplace(member.key(), std::move(*one));
        }
        return Value(std::move(made));
    }
    if (const json::string* text = expression.if_string()) {
        TRY_VOID(charge(text->size()));
    }
    return Value(expression);
}

base::Result<Evaluation::Value> Evaluation::call(const Call& call, Place place) {
    if (call.row == nullptr || !call.row->allowed(place)) {
        return invalid(
            "Template error: Encountered unsupported function: " + std::string(call.name) +
            " Supported functions are: " + supported_functions());
    }
    switch (call.function()) {
        case Function::ref: {
            const json::string* name = call.argument->if_string();
            if (name == nullptr) return call.wrong();
            return ref(std::string(*name));
        }
        case Function::choose: {
            TRY(list, call.arguments());
            const json::string* name = list->front().if_string();
            const auto condition = name == nullptr ? conditions_.end() : conditions_.find(*name);
            if (condition == conditions_.end()) return call.wrong();
            return value((*list)[condition->second ? 1 : 2], place);
        }
        case Function::get_att:
            return get_att(call);
        case Function::find_in_map:
            return find_in_map(call, place);
        case Function::join:
            return join(call, place);
        case Function::select:
            return select(call, place);
        case Function::split:
            return split(call, place);
        case Function::sub:
            return sub(call, place);
        case Function::import_value:
            return import_value(call);
        case Function::base64:
            return base64(call);
        case Function::length:
            return length(call, place);
        case Function::to_json_string:
            return to_json_string(call, place);
        default:
            return call.wrong();  // boolean functions have no value
    }
}

bool Evaluation::is_active(const Resource& resource) const {
    if (!resource.condition) return true;
    const auto condition = conditions_.find(*resource.condition);
    return condition != conditions_.end() && condition->second;
}

base::Result<Evaluation::Value> Evaluation::ref(const std::string& name) {
    const auto text = [](const std::string& given) -> Value {
        return json::value(json::string(given));
    };
    if (name == "AWS::NoValue") return Value(std::nullopt);
    if (name == "AWS::AccountId") return text(pseudo_.account_id);
    if (name == "AWS::Region") return text(pseudo_.region);
    if (name == "AWS::Partition") return text(pseudo_.partition);
    if (name == "AWS::StackId") return text(pseudo_.stack_id);
    if (name == "AWS::StackName") return text(pseudo_.stack_name);
    if (name == "AWS::URLSuffix") return text(pseudo_.url_suffix);
    if (name == "AWS::NotificationARNs") {
        json::array arns;
        for (const std::string& arn : pseudo_.notification_arns)
            arns.push_back(json::string(arn));
        return Value(std::move(arns));
    }
    if (const Parameter* parameter = template_.find_parameter(name)) {
        const auto bound = values_.find(name);
        if (bound == values_.end()) return invalid("Parameters: [" + name + "] must have values");
        TRY_VOID(charge(bound->second.resolved.size()));
        return Value(parameter_reference(*parameter, bound->second));
    }
    const Resource* resource = resolver_ == nullptr ? nullptr : template_.find_resource(name);
    if (resource == nullptr || !is_active(*resource)) {
        return invalid("Template format error: Unresolved resource dependencies [" + name +
                       "] in the Resources block of the template");
    }
    TRY(answer, resolver_->ref(name));
    return answer ? Value(std::move(*answer)) : unknown();
}

base::Result<Evaluation::Value> Evaluation::attribute(const std::string& resource,
                                                      const std::string& attribute) {
    const Resource* target = template_.find_resource(resource);
    if (target == nullptr || resolver_ == nullptr) {
        return invalid("Template error: instance of Fn::GetAtt references undefined resource " +
                       resource);
    }
    if (!is_active(*target)) {
        return invalid("Template format error: Unresolved resource dependencies [" + resource +
                       "] in the Resources block of the template");
    }
    TRY(answer, resolver_->attribute(resource, attribute));
    if (!answer) return unknown();
    TRY_VOID(charge(weight_of(*answer)));
    return Value(std::move(*answer));
}

base::Result<Evaluation::Value> Evaluation::get_att(const Call& call) {
    TRY(list, call.arguments());
    const json::string* resource = list->front().if_string();
    if (resource == nullptr) return call.wrong();
    TRY(name, text_argument(call, list->back(), Place::values));
    if (name.empty()) return call.wrong();
    if (name == unknown_value) return unknown();
    return attribute(std::string(*resource), name);
}

base::Result<std::string> Evaluation::text_argument(const Call& call, const json::value& argument,
                                                    Place place) {
    TRY(evaluated, value(argument, place));
    if (!evaluated) return call.wrong();
    auto text = text_of(*evaluated);
    if (!text) return call.wrong();
    return std::move(*text);
}

base::Result<std::vector<std::string>> Evaluation::text_list(const Call& call,
                                                             const json::value& argument,
                                                             Place place) {
    TRY(evaluated, value(argument, place));
    std::vector<std::string> texts;
    if (!evaluated) return call.wrong();
    if (is_unknown(*evaluated)) {
        texts.emplace_back(unknown_value);
        return texts;
    }
    const json::array* list = evaluated->if_array();
    if (list == nullptr) return call.wrong();
    for (const json::value& element : *list) {
        auto text = text_of(element);
        if (!text) return call.wrong();
        texts.push_back(std::move(*text));
    }
    return texts;
}

base::Result<Evaluation::Value> Evaluation::find_in_map(const Call& call, Place place) {
    TRY(list, call.arguments());
    std::array<std::string, 3> keys;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        TRY(key, text_argument(call, (*list)[i], place));
        if (key == unknown_value) return unknown();
        keys[i] = std::move(key);
    }
    const json::value* found = template_.mappings.if_contains(keys[0]);
    const bool has_mapping = found != nullptr;
    for (std::size_t i = 1; i < keys.size() && found != nullptr; ++i) {
        found = found->get_object().if_contains(keys[i]);
    }
    if (found != nullptr) {
        TRY_VOID(charge(weight_of(*found)));
        return Value(*found);
    }
    if (list->size() == 4) {
        const json::object* last = list->back().if_object();
        if (last == nullptr || !last->contains("DefaultValue")) return call.wrong();
        return value(last->at("DefaultValue"), place);
    }
    if (!has_mapping) {
        return invalid("Template error: Mapping named '" + keys[0] +
                       "' is not present in the 'Mappings' section of template.");
    }
    return invalid("Template error: Unable to get mapping for " + keys[0] + "::" + keys[1] +
                   "::" + keys[2]);
}

base::Result<Evaluation::Value> Evaluation::join(const Call& call, Place place) {
    TRY(list, call.arguments());
    const json::string* delimiter = list->front().if_string();
    if (delimiter == nullptr) return call.wrong();
    TRY(parts, text_list(call, list->back(), place));
    if (std::find(parts.begin(), parts.end(), unknown_value) != parts.end()) return unknown();
    std::size_t bytes = 0;
    for (const std::string& part : parts)
        bytes += part.size() + delimiter->size();
    TRY_VOID(charge(bytes));
    std::string text;
    text.reserve(bytes);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += std::string_view(*delimiter);
        text += parts[i];
    }
    return Value(json::string(text));
}

base::Result<Evaluation::Value> Evaluation::select(const Call& call, Place place) {
    TRY(list, call.arguments());
    TRY(index_text, text_argument(call, list->front(), place));
    TRY(evaluated, value(list->back(), place));
    if (!evaluated) return call.wrong();
    if (is_unknown(*evaluated) || index_text == unknown_value) return unknown();
    json::array* elements = evaluated->if_array();
    std::size_t index = 0;
    const char* const end = index_text.data() + index_text.size();
    const auto read = std::from_chars(index_text.data(), end, index);
    if (elements == nullptr) return call.wrong();
    if (read.ec != std::errc() || read.ptr != end || index >= elements->size()) {
        return invalid("Template error: Fn::Select cannot select nonexistent value at index " +
                       index_text);
    }
    return Value(std::move((*elements)[index]));
}

base::Result<Evaluation::Value> Evaluation::split(const Call& call, Place place) {
    TRY(list, call.arguments());
    const json::string* delimiter = list->front().if_string();
    if (delimiter == nullptr || delimiter->empty()) return call.wrong();
    TRY(text, text_argument(call, list->back(), place));
    if (text == unknown_value) return unknown();
    json::array parts;
    std::string_view rest = text;
    while (true) {
        if (parts.size() >= split_parts_max) {
            return base::Error{base::ErrorKind::limit,
                               "Template error: Fn::Split makes more than " +
                                   std::to_string(split_parts_max) + " parts",
                               {}};
        }
        const std::size_t at = rest.find(std::string_view(*delimiter));
        const std::string_view part = rest.substr(0, at);
        TRY_VOID(charge(part.size() + sizeof(json::value)));
        parts.push_back(json::string(part));
        if (at == std::string_view::npos) break;
        rest.remove_prefix(at + delimiter->size());
    }
    return Value(std::move(parts));
}

base::Result<Evaluation::Value> Evaluation::sub(const Call& call, Place place) {
    TRY(arguments, sub_arguments(call));
    std::map<std::string, std::string, std::less<>> variables;
    if (arguments.variables != nullptr) {
        for (const auto& variable : *arguments.variables) {
            TRY(text, text_argument(call, variable.value(), place));
            variables.emplace(variable.key(), std::move(text));
        }
    }
    TRY(pieces, split_sub(arguments.text));
    std::string made;
    for (const SubPiece& piece : pieces) {
        std::string text = piece.text;
        if (piece.is_variable) {
            const auto given = variables.find(piece.text);
            if (given != variables.end()) {
                text = given->second;
            } else {
                const std::size_t dot = piece.text.find('.');
                auto found = dot == std::string::npos
                                 ? ref(piece.text)
                                 : attribute(piece.text.substr(0, dot), piece.text.substr(dot + 1));
                if (!found) return found.error();
                const auto found_text = found.value() ? text_of(*found.value()) : std::nullopt;
                if (!found_text) {
                    return invalid("Template error: ${" + piece.text +
                                   "} in Fn::Sub does not resolve to a string");
                }
                text = *found_text;
            }
            if (text == unknown_value) return unknown();
        }
        TRY_VOID(charge(text.size()));
        made += text;
    }
    return Value(json::string(made));
}

base::Result<Evaluation::Value> Evaluation::import_value(const Call& call) {
    TRY(name, text_argument(call, *call.argument, Place::values));
    if (resolver_ == nullptr) return call.wrong();
    if (name == unknown_value) {
        return invalid(
            "Template error: the attribute in Fn::ImportValue must not depend on any resources, "
            "imported values, or Fn::GetAZs");
    }
    TRY(answer, resolver_->import_value(name));
    if (!answer) return unknown();
    TRY_VOID(charge(weight_of(*answer)));
    return Value(std::move(*answer));
}

base::Result<Evaluation::Value> Evaluation::base64(const Call& call) {
    TRY(text, text_argument(call, *call.argument, Place::values));
    if (text == unknown_value) return unknown();
    TRY_VOID(charge(wire::base64_length(text.size())));
    return Value(json::string(wire::encode_base64(text)));
}

base::Result<Evaluation::Value> Evaluation::length(const Call& call, Place place) {
    TRY(evaluated, value(*call.argument, place));
    if (!evaluated) return call.wrong();
    if (is_unknown(*evaluated)) return unknown();
    const json::array* list = evaluated->if_array();
    if (list == nullptr) return call.wrong();
    return Value(static_cast<std::int64_t>(list->size()));
}

base::Result<Evaluation::Value> Evaluation::to_json_string(const Call& call, Place place) {
    TRY(evaluated, value(*call.argument, place));
    if (!evaluated) return call.wrong();
    if (has_unknown(*evaluated)) return unknown();
    if (!evaluated->is_structured()) return call.wrong();
    std::string text = serialize(*evaluated);
    TRY_VOID(charge(text.size()));
    return Value(json::string(text));
}

bool is_unknown(const json::value& value) {
    return value.is_string() && std::string_view(value.get_string()) == unknown_value;
}

bool has_unknown(const json::value& value) {
    if (const json::array* list = value.if_array()) {
        return std::any_of(list->begin(), list->end(), has_unknown);
    }
    if (const json::object* map = value.if_object()) {
        return std::any_of(map->begin(), map->end(),
                           [](const auto& member) { return has_unknown(member.value()); });
    }
    return is_unknown(value);
}

std::size_t weight_of(const json::value& value) {
    std::size_t bytes = sizeof(json::value);
    if (const json::string* text = value.if_string()) bytes += text->size();
    if (const json::array* list = value.if_array()) {
        for (const json::value& element : *list)
            bytes += weight_of(element);
    }
    if (const json::object* map = value.if_object()) {
        for (const auto& member : *map)
            bytes += member.key().size() + weight_of(member.value());
    }
    return bytes;
}

}  // namespace stack_template
