#include "services/events/target_input.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>
#include <vector>

#include "wire/json.h"
#include "wire/timestamp.h"

namespace events {

namespace {

namespace json = boost::json;

// One step of a path: a member's name, an index, or all elements.
struct Step {
    enum class What { member, index, all } what;
    std::string name = {};
    std::size_t index = 0;
};

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '/';
}

// "$.detail.items[0].name", "$.resources[*]". nullopt: not a path that EventBridge takes.
std::optional<std::vector<Step>> parse_path(std::string_view path) {
    if (!path.starts_with("$")) return std::nullopt;
    path.remove_prefix(1);
    std::vector<Step> steps;
    while (!path.empty()) {
        if (path.starts_with(".*")) {
            steps.push_back({Step::What::all});
            path.remove_prefix(2);
        } else if (path.front() == '.') {
            const auto* end = std::find_if_not(path.begin() + 1, path.end(), in_name);
            Step step{Step::What::member, std::string(path.begin() + 1, end)};
            if (step.name.empty()) return std::nullopt;
            path.remove_prefix(step.name.size() + 1);
            steps.push_back(std::move(step));
        } else if (path.starts_with("[*]")) {
            steps.push_back({Step::What::all});
            path.remove_prefix(3);
        } else {
            if (path.front() != '[') return std::nullopt;
            Step step{Step::What::index};
            const auto [end, error] =
                std::from_chars(path.data() + 1, path.data() + path.size(), step.index);
            if (error != std::errc{} || end == path.data() + path.size() || *end != ']') {
                return std::nullopt;
            }
            path.remove_prefix(static_cast<std::size_t>(end - path.data()) + 1);
            steps.push_back(std::move(step));
        }
    }
    return steps;
}

// What `steps` find in `value`; with a wildcard, the list of all that is found.
std::optional<json::value> find(const json::value& value, std::span<const Step> steps) {
    if (steps.empty()) return value;
    const Step& step = steps.front();
    const auto rest = steps.subspan(1);
    if (step.what == Step::What::member) {
        const json::value* member =
            value.is_object() ? value.get_object().if_contains(step.name) : nullptr;
        return member == nullptr ? std::nullopt : find(*member, rest);
    }
    if (step.what == Step::What::index) {
        const json::value* element =
            value.is_array() ? value.get_array().if_contains(step.index) : nullptr;
        return element == nullptr ? std::nullopt : find(*element, rest);
    }
    json::array found;
    const auto add = [&](const json::value& one) {
        if (auto part = find(one, rest)) found.push_back(std::move(*part));
    };
    if (value.is_array()) {
        std::for_each(value.get_array().begin(), value.get_array().end(), add);
    } else if (value.is_object()) {
        for (const auto& [key, member] : value.get_object())
            add(member);
    }
    return found;
}

constexpr std::string_view reserved[] = {"aws.events.rule-arn", "aws.events.rule-name",
                                         "aws.events.event.ingestion-time", "aws.events.event",
                                         "aws.events.event.json"};

// The placeholder that begins at `at`, "<name>" without its brackets; "" when there is none.
std::string_view placeholder_at(std::string_view text, std::size_t at) {
    if (text[at] != '<') return {};
    const auto name = text.substr(at + 1, text.find('>', at + 1) - at - 1);
    if (at + 1 + name.size() >= text.size()) return {};
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return in_name(c) || c == '.'; });
    return plain ? name : std::string_view();
}

bool is_json_template(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return false;
    if (text[first] == '{' || text[first] == '[' || text[first] == '"') return true;
    const auto name = placeholder_at(text, first);
    return !name.empty() &&
           text.find_first_not_of(" \t\r\n", first + name.size() + 2) == std::string_view::npos;
}

// As it stands inside a text: a string bare, anything else as its JSON.
std::string bare(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// Fill in the template. `value_of(name)` gives a variable's value, nullopt for none.
template <class ValueOf>
std::string fill(std::string_view text, const ValueOf& value_of) {
    const bool as_json = is_json_template(text);
    std::string out;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto name = placeholder_at(text, at);
        if (!name.empty()) {
            const std::optional<json::value> value = value_of(name);
            if (as_json && !quoted) {
                out += value ? json::serialize(*value) : "\"\"";
            } else if (value && as_json) {
                const std::string escaped = json::serialize(json::string(bare(*value)));
                out.append(escaped, 1, escaped.size() - 2);
            } else if (value) {
                out += bare(*value);
            }
            at += name.size() + 1;
            continue;
        }
        if (text[at] == '"') quoted = !quoted;
        out += text[at];
        if (quoted && text[at] == '\\' && at + 1 < text.size()) out += text[++at];
    }
    return as_json ? out : json::serialize(json::string(out));
}

std::optional<json::value> reserved_value(std::string_view name, const Event& event,
                                          const json::value& whole) {
    if (name == reserved[0]) return json::value(event.rule_arn);
    if (name == reserved[1]) return json::value(event.rule_name);
    if (name == reserved[2]) return json::value(wire::format_iso8601(event.received));
    if (name == reserved[4]) return whole;
    json::value without_detail = whole;
    if (without_detail.is_object()) without_detail.get_object().erase("detail");
    return without_detail;
}

bool is_reserved(std::string_view name) {
    return std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved);
}

base::Error invalid(std::string message) {
    return {base::ErrorKind::invalid, std::move(message), {}};
}

base::Result<void> check_transformer(const TransformerRow& transformer, const std::string& id) {
    for (const auto& [name, path] : transformer.paths) {
        if (name.starts_with("AWS.") || name.starts_with("aws.")) {
            return invalid("InputPathsMap of target " + id + " contains the reserved variable " +
                           name + ".");
        }
        if (!parse_path(path)) {
            return invalid("Invalid JSONPath for " + name + " in the InputPathsMap of target " +
                           id + ".");
        }
    }
    std::string unknown;
    const std::string tried = fill(transformer.input_template, [&](std::string_view name) {
        if (!is_reserved(name) && !transformer.paths.contains(std::string(name))) unknown = name;
        return std::optional<json::value>(json::value(""));
    });
    if (!unknown.empty()) {
        return invalid("InputTemplate for target " + id + " contains invalid placeholder " +
                       unknown + ".");
    }
    if (!wire::check_json(tried)) {
        return invalid("Invalid InputTemplate for target " + id + ": it does not make JSON.");
    }
    return base::ok();
}

}  // namespace

std::string target_input(const TargetRow& target, const Event& event) {
    if (target.input) return *target.input;
    if (!target.input_path && !target.transformer) return event.json;
    boost::system::error_code error;
    const json::value whole = json::parse(event.json, error);
    const auto at_path = [&](const std::string& path) -> std::optional<json::value> {
        const auto steps = parse_path(path);
        return steps ? find(whole, *steps) : std::nullopt;
    };
    if (target.input_path) return json::serialize(at_path(*target.input_path).value_or(nullptr));
    const TransformerRow& transformer = *target.transformer;
    return fill(transformer.input_template, [&](std::string_view name) {
        const auto path = transformer.paths.find(std::string(name));
        if (path != transformer.paths.end()) return at_path(path->second);
        return is_reserved(name) ? reserved_value(name, event, whole) : std::nullopt;
    });
}

base::Result<void> check_input(const TargetRow& target) {
    const int given =
        (target.input ? 1 : 0) + (target.input_path ? 1 : 0) + (target.transformer ? 1 : 0);
    if (given > 1) {
        return invalid(
            "Only one of Input, InputPath, or InputTransformer must be provided for "
            "target " +
            target.id + ".");
    }
    if (target.input && !wire::check_json(*target.input)) {
        return invalid("Invalid JSON syntax in the Input of target " + target.id + ".");
    }
    if (target.input_path && !parse_path(*target.input_path)) {
        return invalid("Invalid JSONPath in the InputPath of target " + target.id + ".");
    }
    if (target.transformer) {
        TRY_VOID(check_transformer(*target.transformer, target.id));
    }
    return base::ok();
}

}  // namespace events
