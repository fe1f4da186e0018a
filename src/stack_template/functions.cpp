// The table of functions, and the walk over what expressions refer to.
#include "stack_template/functions.h"

namespace stack_template {

namespace {

constexpr bool yes = true, no = false;

constexpr FunctionRow rows[] = {
    {"Ref", Function::ref, yes, yes, yes, no, 0, 0,
     "Template error: every Ref object must have a single String value."},
    {"Condition", Function::condition, no, yes, no, no, 0, 0,
     "Template error: every Condition object must have a single String value."},
    {"Fn::Base64", Function::base64, yes, no, no, no, 0, 0,
     "Template error: every Fn::Base64 object must have a String-typed value."},
    {"Fn::FindInMap", Function::find_in_map, yes, yes, no, no, 3, 4,
     "Template error: every Fn::FindInMap object requires three parameters, the map name, map key "
     "and the attribute for return value"},
    {"Fn::GetAtt", Function::get_att, yes, no, no, no, 2, 2,
     "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name "
     "and the resource attribute"},
    {"Fn::If", Function::choose, yes, no, no, no, 3, 3,
     "Template error: Fn::If requires a list argument with the first element being a condition, "
     "followed by the values for true and false"},
    {"Fn::ImportValue", Function::import_value, yes, no, no, no, 0, 0,
     "Template error: the attribute in Fn::ImportValue must be a string or a function that returns "
     "a string"},
    {"Fn::Join", Function::join, yes, yes, no, no, 2, 2,
     "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and "
     "(2) a list of strings to be joined or a function that returns a list of strings (such as "
     "Fn::GetAZs) to be joined."},
    {"Fn::Select", Function::select, yes, yes, no, no, 2, 2,
     "Template error: every Fn::Select object requires two parameters, (1) an integer index and "
     "(2) a list of objects to select from."},
    {"Fn::Split", Function::split, yes, yes, no, no, 2, 2,
     "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and "
     "(2) a string to be split or a function that returns a string to be split."},
    {"Fn::Sub", Function::sub, yes, yes, no, no, 0, 0,
     "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. "
     "Specify a string as first argument, and an optional second argument to specify a mapping of "
     "values to replace in the string"},
    {"Fn::Length", Function::length, yes, yes, no, yes, 0, 0,
     "Template error: every Fn::Length object requires a list or a function that returns a list"},
    {"Fn::ToJsonString", Function::to_json_string, yes, yes, no, yes, 0, 0,
     "Template error: every Fn::ToJsonString object requires a map or a list"},
    {"Fn::And", Function::all_of, no, yes, yes, no, 2, 10,
     "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean "
     "parameters."},
    {"Fn::Or", Function::any_of, no, yes, yes, no, 2, 10,
     "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean "
     "parameters."},
    {"Fn::Not", Function::negate, no, yes, yes, no, 1, 1,
     "Template error: every Fn::Not object requires one boolean parameter."},
    {"Fn::Equals", Function::equals, no, yes, yes, no, 2, 2,
     "Template error: every Fn::Equals object requires a list of 2 string parameters."},
    {"Fn::Contains", Function::contains, no, no, yes, no, 2, 2,
     "Template error: every Fn::Contains object requires two parameters, (1) a list of strings and "
     "(2) a string."},
    {"Fn::EachMemberEquals", Function::each_member_equals, no, no, yes, no, 2, 2,
     "Template error: every Fn::EachMemberEquals object requires two parameters, (1) a list of "
     "strings and (2) a string."},
    {"Fn::EachMemberIn", Function::each_member_in, no, no, yes, no, 2, 2,
     "Template error: every Fn::EachMemberIn object requires two parameters, (1) a list of strings "
     "to check and (2) a list of strings to match."},
};

class Walker {
  public:
    Walker(Place place, ReferenceVisitor& visitor) : place_(place), visitor_(visitor) {}

    void walk(const json::value& value) {
        if (const json::array* list = value.if_array()) {
            for (const json::value& element : *list)
                walk(element);
            return;
        }
        const auto call = as_call(value, place_);
        if (call) {
            walk_call(*call);
            return;
        }
        if (const json::object* map = value.if_object()) {
            for (const auto& member : *map)
                walk(member.value());
        }
    }

  private:
    void walk_call(const Call& call) {
        switch (call.function()) {
            case Function::ref:
                if (const json::string* name = call.argument->if_string()) visitor_.on_ref(*name);
                return;
            case Function::condition:
                if (const json::string* name = call.argument->if_string()) {
                    visitor_.on_condition(*name);
                }
                return;
            case Function::get_att:
                return walk_get_att(call);
            case Function::choose:
                return walk_if(call);
            case Function::sub:
                return walk_sub(call);
            case Function::import_value:
                visitor_.on_import(*call.argument);
                return walk(*call.argument);
            default:
                return walk(*call.argument);
        }
    }

    void walk_get_att(const Call& call) {
        const json::array* list = call.arguments_if();
        if (list == nullptr || !list->front().is_string()) return;
        const json::string* attribute = list->back().if_string();
        visitor_.on_attribute(list->front().get_string(),
                              attribute == nullptr ? std::string_view() : *attribute);
        if (attribute == nullptr) walk(list->back());
    }

    void walk_if(const Call& call) {
        const json::array* list = call.arguments_if();
        if (list == nullptr || !list->front().is_string()) return;
        visitor_.on_condition(list->front().get_string());
        const int branch = visitor_.branch(list->front().get_string());
        if (branch == 0 || branch == 1) walk((*list)[1]);
        if (branch == 0 || branch == 2) walk((*list)[2]);
    }

    void walk_sub(const Call& call) {
        const auto arguments = sub_arguments(call);
        if (!arguments) return;
        if (const json::object* variables = arguments.value().variables) {
            for (const auto& variable : *variables)
                walk(variable.value());
        }
        const auto pieces = split_sub(arguments.value().text);
        if (!pieces) return;
        for (const SubPiece& piece : pieces.value()) {
            if (!piece.is_variable) continue;
            const json::object* variables = arguments.value().variables;
            if (variables != nullptr && variables->contains(piece.text)) continue;
            const std::size_t dot = piece.text.find('.');
            if (dot == std::string::npos) {
                visitor_.on_ref(piece.text);
            } else {
                const std::string_view text = piece.text;
                visitor_.on_attribute(text.substr(0, dot), text.substr(dot + 1));
            }
        }
    }

    Place place_;
    ReferenceVisitor& visitor_;
};

}  // namespace

base::Error invalid(std::string message, std::string_view context) {
    return base::Error{base::ErrorKind::invalid, std::move(message), std::string(context)};
}

base::Error unsupported(std::string message, std::string_view context) {
    return base::Error{base::ErrorKind::unsupported, std::move(message), std::string(context)};
}

std::string bracketed(const std::vector<std::string>& names) {
    std::string text = "[";
    for (const std::string& name : names) {
        if (text.size() > 1) text += ", ";
        if (text.size() + name.size() > names_bytes_max) {
            text += "…";
            break;
        }
        text += name;
    }
    return text + "]";
}

std::string supported_functions() {
    std::vector<std::string> names;
    for (const FunctionRow& row : rows)
        names.emplace_back(row.name);
    return bracketed(names);
}

base::Error Call::wrong() const {
    return invalid(std::string(row->wrong_arguments));
}

const json::array* Call::arguments_if() const {
    const json::array* list = argument->if_array();
    if (row == nullptr || list == nullptr || list->size() < row->arguments_min ||
        list->size() > row->arguments_max) {
        return nullptr;
    }
    return list;
}

base::Result<const json::array*> Call::arguments() const {
    const json::array* list = arguments_if();
    if (list == nullptr) return wrong();
    return list;
}

std::optional<Call> as_call(const json::value& value, Place place) {
    const json::object* map = value.if_object();
    if (map == nullptr || map->size() != 1) return std::nullopt;
    const auto& member = *map->begin();
    const std::string_view name = member.key();
    if (name == "Condition" && place != Place::conditions) return std::nullopt;
    if (name != "Ref" && name != "Condition" && !name.starts_with("Fn::")) return std::nullopt;
    for (const FunctionRow& row : rows) {
        if (row.name == name) return Call{&row, name, &member.value()};
    }
    return Call{nullptr, name, &member.value()};
}

bool is_no_value(const json::value& value) {
    const auto call = as_call(value, Place::values);
    return call && call->function() == Function::ref && call->argument->is_string() &&
           call->argument->get_string() == "AWS::NoValue";
}

bool is_pseudo_parameter(std::string_view name) {
    return name == "AWS::AccountId" || name == "AWS::Region" || name == "AWS::Partition" ||
           name == "AWS::StackId" || name == "AWS::StackName" || name == "AWS::URLSuffix" ||
           name == "AWS::NotificationARNs" || name == "AWS::NoValue";
}

base::Result<std::vector<SubPiece>> split_sub(std::string_view text) {
    std::vector<SubPiece> pieces;
    std::string literal;
    const auto flush = [&] {
        if (!literal.empty()) pieces.push_back({false, std::move(literal)});
        literal.clear();
    };
    while (!text.empty()) {
        const std::size_t start = text.find("${");
        const std::size_t end = start == std::string_view::npos ? start : text.find('}', start);
        if (end == std::string_view::npos) {
            literal += text;
            break;
        }
        literal += text.substr(0, start);
        const std::string_view name = text.substr(start + 2, end - start - 2);
        text.remove_prefix(end + 1);
        if (name.starts_with('!')) {
            literal += "${" + std::string(name.substr(1)) + "}";
            continue;
        }
        const auto fits = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '.' || c == ':';
        };
        if (name.empty() || !std::all_of(name.begin(), name.end(), fits)) {
            return invalid(
                "Template error: variable names in Fn::Sub syntax must contain only alphanumeric "
                "characters, underscores, periods, and colons");
        }
        flush();
        pieces.push_back({true, std::string(name)});
    }
    flush();
    return pieces;
}

base::Result<SubArguments> sub_arguments(const Call& call) {
    SubArguments arguments;
    if (const json::string* text = call.argument->if_string()) {
        arguments.text = *text;
        return arguments;
    }
    const json::array* list = call.argument->if_array();
    if (list == nullptr || list->size() != 2 || !(*list)[0].is_string() ||
        !(*list)[1].is_object()) {
        return call.wrong();
    }
    arguments.text = (*list)[0].get_string();
    arguments.variables = &(*list)[1].get_object();
    return arguments;
}

void visit_references(const json::value& expression, Place place, ReferenceVisitor& visitor) {
    Walker(place, visitor).walk(expression);
}

void visit_references(const json::object& expressions, Place place, ReferenceVisitor& visitor) {
    Walker walker(place, visitor);
    for (const auto& member : expressions) {
        walker.walk(member.value());
    }
}

}  // namespace stack_template
