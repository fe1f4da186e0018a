// Binding: given, previous or default, then type and constraints.
#include "stack_template/parameters.h"

#include <re2/re2.h>

#include <charconv>
#include <set>

#include "stack_template/functions.h"
#include "stack_template/parameter_types.h"
#include "wire/utf8.h"

namespace stack_template {

namespace {

using Previous = std::map<std::string, std::string, std::less<>>;

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> elements;
    if (text.empty()) return elements;
    while (true) {
        const std::size_t comma = text.find(',');
        std::string_view element = text.substr(0, comma);
        const std::size_t first = element.find_first_not_of(" \t\r\n");
        const std::size_t last = element.find_last_not_of(" \t\r\n");
        element = first == std::string_view::npos ? std::string_view()
                                                  : element.substr(first, last - first + 1);
        elements.emplace_back(element);
        if (comma == std::string_view::npos) return elements;
        text.remove_prefix(comma + 1);
    }
}

double number(std::string_view text) {
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// What is wrong with one value (or one element of a list) in CloudFormation's words, "" if nothing.
std::string problem_of(const Parameter& parameter, const std::string& value) {
    const std::string_view type = inner_type(parameter.type);
    if (type == "Number" || type == "List<Number>") {
        if (!is_number(value)) return "must be a number";
        if (parameter.min_value && number(value) < number(*parameter.min_value)) {
            return "must be a number not less than " + *parameter.min_value;
        }
        if (parameter.max_value && number(value) > number(*parameter.max_value)) {
            return "must be a number not greater than " + *parameter.max_value;
        }
    }
    const auto length = static_cast<std::int64_t>(wire::utf8_length(value));
    if (parameter.min_length && length < *parameter.min_length) {
        return "must contain at least " + std::to_string(*parameter.min_length) + " characters";
    }
    if (parameter.max_length && length > *parameter.max_length) {
        return "must contain at most " + std::to_string(*parameter.max_length) + " characters";
    }
    if (parameter.allowed_pattern &&
        !re2::RE2::FullMatch(value, *compile_pattern(*parameter.allowed_pattern))) {
        return "must match pattern " + *parameter.allowed_pattern;
    }
    const auto& allowed = parameter.allowed_values;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        return "must be one of AllowedValues";
    }
    return {};
}

base::Result<void> check_value(const Parameter& parameter, const std::string& value) {
    if (value.size() > parameter_value_bytes_max) {
        return base::Error{base::ErrorKind::limit,
                           "Template error: the value of parameter " + parameter.name +
                               " is longer than " + std::to_string(parameter_value_bytes_max) +
                               " bytes",
                           parameter.name};
    }
    std::string problem;
    // Of SSM values the constraints are the name's, not those of what it holds.
    if (parameter.is_list() && !parameter.is_ssm_value()) {
        for (const std::string& element : split_list(value)) {
            if (problem.empty()) problem = problem_of(parameter, element);
        }
    } else {
        problem = problem_of(parameter, value);
    }
    if (problem.empty()) return base::ok();
    if (!parameter.constraint_description.empty() && problem != "must be a number") {
        return invalid("Parameter " + parameter.name +
                           " failed to satisfy constraint: " + parameter.constraint_description,
                       parameter.name);
    }
    return invalid("Parameter '" + parameter.name + "' " + problem, parameter.name);
}

// Which text each parameter has; nullopt: none.
base::Result<std::optional<std::string>> choose(const Parameter& parameter,
                                                const ParameterInput* input,
                                                const Previous* previous) {
    if (input != nullptr && input->use_previous_value) {
        if (input->value) {
            return invalid("Invalid input for parameter key " + parameter.name +
                               ". Cannot specify usePreviousValue as true and non empty value for "
                               "a parameter",
                           parameter.name);
        }
        const bool has_previous = previous != nullptr && previous->contains(parameter.name);
        if (!has_previous) {
            return invalid("Invalid input for parameter key " + parameter.name +
                               ". Cannot specify usePreviousValue as true for a parameter key not "
                               "in the previous template",
                           parameter.name);
        }
        return std::optional<std::string>(previous->find(parameter.name)->second);
    }
    if (input != nullptr && input->value) return std::optional<std::string>(input->value);
    return std::optional<std::string>(parameter.default_value);
}

base::Result<void> check_keys(const Template& parsed, std::span<const ParameterInput> given) {
    std::set<std::string_view> seen;
    std::vector<std::string> unknown, twice;
    for (const ParameterInput& input : given) {
        if (!seen.insert(input.key).second) twice.push_back(input.key);
        if (parsed.find_parameter(input.key) == nullptr) unknown.push_back(input.key);
    }
    if (!unknown.empty()) {
        return invalid("Parameters: " + bracketed(unknown) + " do not exist in the template");
    }
    if (!twice.empty()) {
        return invalid("Parameters: " + bracketed(twice) + " are given more than once");
    }
    return base::ok();
}

}  // namespace

base::Result<ParameterValues> bind_parameters(const Template& parsed,
                                              std::span<const ParameterInput> given,
                                              const Previous* previous, ParameterSource& source) {
    TRY_VOID(check_keys(parsed, given));
    ParameterValues values;
    std::vector<std::string> without;
    for (const Parameter& parameter : parsed.parameters) {
        const auto input = std::find_if(given.begin(), given.end(), [&](const ParameterInput& one) {
            return one.key == parameter.name;
        });
        TRY(chosen, choose(parameter, input == given.end() ? nullptr : &*input, previous));
        if (!chosen) {
            without.push_back(parameter.name);
            continue;
        }
        values[parameter.name] = {*chosen, *chosen, parameter.no_echo};
    }
    if (!without.empty()) return invalid("Parameters: " + bracketed(without) + " must have values");
    for (const Parameter& parameter : parsed.parameters) {
        TRY_VOID(check_value(parameter, values[parameter.name].value));
    }
    std::vector<std::string> not_there;
    for (const Parameter& parameter : parsed.parameters) {
        if (!parameter.is_ssm_value()) continue;
        ParameterValue& value = values[parameter.name];
        auto fetched = source.ssm_parameter(value.value);
        if (fetched) {
            value.resolved = std::move(fetched.value());
        } else if (fetched.error().kind == base::ErrorKind::not_found) {
            not_there.push_back(value.value);
        } else {
            return fetched.error();
        }
    }
    if (!not_there.empty()) {
        return invalid("Unable to fetch parameters " + bracketed(not_there) +
                       " from parameter store for this account.");
    }
    return values;
}

json::value parameter_reference(const Parameter& parameter, const ParameterValue& value) {
    if (!parameter.is_list()) return json::string(value.resolved);
    json::array elements;
    for (const std::string& element : split_list(value.resolved)) {
        elements.push_back(json::string(element));
    }
    return elements;
}

}  // namespace stack_template
