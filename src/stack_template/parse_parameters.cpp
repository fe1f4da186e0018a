// The Parameters section: declarations only. Values are bound in parameters.cpp.
#include <re2/re2.h>

#include <charconv>

#include "stack_template/parameter_types.h"
#include "stack_template/read.h"

namespace stack_template {

namespace {

constexpr std::string_view aws_types[] = {
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::Volume::Id",
    "AWS::EC2::VPC::Id",
    "AWS::Route53::HostedZone::Id",
};
constexpr std::string_view ssm_value_prefix = "AWS::SSM::Parameter::Value<";

bool is_aws_type(std::string_view type) {
    return std::find(std::begin(aws_types), std::end(aws_types), type) != std::end(aws_types);
}

// "List<X>" gives X, anything else "".
std::string_view element_of_list(std::string_view type) {
    if (!type.starts_with("List<") || !type.ends_with(">")) return {};
    return type.substr(5, type.size() - 6);
}

bool is_known(std::string_view type) {
    if (type == "String" || type == "Number" || type == "CommaDelimitedList" ||
        type == "List<Number>" || type == "AWS::SSM::Parameter::Name" || is_aws_type(type)) {
        return true;
    }
    if (is_aws_type(element_of_list(type))) return true;
    if (type.starts_with(ssm_value_prefix) && type.ends_with(">")) {
        const std::string_view inner = inner_type(type);
        return inner == "String" || inner == "List<String>" || inner == "CommaDelimitedList" ||
               is_aws_type(inner) || is_aws_type(element_of_list(inner));
    }
    return false;
}

base::Result<void> read_strings(const json::value& value, std::vector<std::string>& out,
                                std::string_view name) {
    const json::array* list = value.if_array();
    if (list == nullptr) {
        return invalid("Template format error: Every AllowedValues member must be a list.", name);
    }
    for (const json::value& element : *list) {
        const auto text = text_of(element);
        if (!text) {
            return invalid("Template format error: Every AllowedValues value must be a string.",
                           name);
        }
        out.push_back(*text);
    }
    return base::ok();
}

base::Result<void> read_default(const json::value& value, Parameter& parameter) {
    const auto text = text_of(value);
    if (!text) {
        return invalid("Template format error: Every Default member must be a string.",
                       parameter.name);
    }
    parameter.default_value = *text;
    return base::ok();
}

base::Result<void> read_number(const json::object& map, std::string_view key,
                               std::optional<std::string>& out, std::string_view name) {
    if (!map.contains(key)) return base::ok();
    std::string text;
    TRY_VOID(read_text(map, key, text));
    if (!is_number(text)) {
        return invalid("Template format error: " + std::string(key) + " of parameter " +
                           std::string(name) + " must be a number.",
                       name);
    }
    out = std::move(text);
    return base::ok();
}

base::Result<void> read_length(const json::object& map, std::string_view key,
                               std::optional<std::int64_t>& out, std::string_view name) {
    if (!map.contains(key)) return base::ok();
    std::string text;
    TRY_VOID(read_text(map, key, text));
    std::int64_t length = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, length);
    if (read.ec != std::errc() || read.ptr != end || length < 0) {
        return invalid("Template format error: " + std::string(key) + " of parameter " +
                           std::string(name) + " must be a whole number.",
                       name);
    }
    out = length;
    return base::ok();
}

base::Result<void> read_no_echo(const json::value& value, Parameter& parameter) {
    const auto text = text_of(value);
    if (text == "true") {
        parameter.no_echo = true;
    } else if (text != "false") {
        return invalid("Template format error: NoEcho of parameter " + parameter.name +
                           " must be true or false.",
                       parameter.name);
    }
    return base::ok();
}

base::Result<void> read_parameter(std::string_view name, const json::object& map,
                                  Parameter& parameter) {
    parameter.name = name;
    if (!map.contains("Type")) {
        return invalid("Template format error: Every Parameters object must contain a Type member.",
                       name);
    }
    for (const auto& member : map) {
        const std::string_view key = member.key();
        if (key == "Default") {
            TRY_VOID(read_default(member.value(), parameter));
        } else if (key == "AllowedValues") {
            TRY_VOID(read_strings(member.value(), parameter.allowed_values, name));
        } else if (key == "NoEcho") {
            TRY_VOID(read_no_echo(member.value(), parameter));
        } else if (key == "AllowedPattern") {
            TRY_VOID(read_text(map, key, parameter.allowed_pattern.emplace()));
        } else if (key == "Type") {
            TRY_VOID(read_text(map, key, parameter.type));
        } else if (key == "Description") {
            TRY_VOID(read_text(map, key, parameter.description));
        } else if (key == "ConstraintDescription") {
            TRY_VOID(read_text(map, key, parameter.constraint_description));
        } else if (key != "MinLength" && key != "MaxLength" && key != "MinValue" &&
                   key != "MaxValue") {
            return invalid("Invalid template parameter property '" + std::string(key) + "'", name);
        }
    }
    TRY_VOID(read_length(map, "MinLength", parameter.min_length, name));
    TRY_VOID(read_length(map, "MaxLength", parameter.max_length, name));
    TRY_VOID(read_number(map, "MinValue", parameter.min_value, name));
    TRY_VOID(read_number(map, "MaxValue", parameter.max_value, name));
    if (!is_known(parameter.type)) {
        return invalid("Template format error: Unrecognized parameter type: " + parameter.type,
                       name);
    }
    if (parameter.allowed_pattern && !compile_pattern(*parameter.allowed_pattern)->ok()) {
        return unsupported("Template error: AllowedPattern of parameter " + parameter.name +
                               " is not supported (look-around and back references are not): " +
                               *parameter.allowed_pattern,
                           name);
    }
    return base::ok();
}

}  // namespace

std::string_view inner_type(std::string_view type) {
    if (!type.starts_with(ssm_value_prefix) || !type.ends_with(">")) return type;
    return type.substr(ssm_value_prefix.size(), type.size() - ssm_value_prefix.size() - 1);
}

bool is_number(std::string_view text) {
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

std::unique_ptr<re2::RE2> compile_pattern(const std::string& pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return std::make_unique<re2::RE2>(pattern, options);
}

bool Parameter::is_ssm_value() const {
    return type.starts_with(ssm_value_prefix);
}

bool Parameter::is_list() const {
    const std::string_view inner = inner_type(type);
    return inner == "CommaDelimitedList" || inner.starts_with("List<");
}

base::Result<void> read_parameters(const json::object& section, Template& parsed) {
    TRY_VOID(check_count(section, "parameters", parameters_max));
    for (const auto& member : section) {
        TRY_VOID(check_name(member.key(), "Parameters"));
        TRY(map, member_object(member.value(), "Parameters"));
        TRY_VOID(read_parameter(member.key(), *map, parsed.parameters.emplace_back()));
    }
    return base::ok();
}

}  // namespace stack_template
