// {{resolve:service:…}} in strings. Plain SSM parameters only: the secret kinds may not appear
// where they could be read back, and there is no Secrets Manager here.
#include "stack_template/evaluation.h"

namespace stack_template {

namespace {

constexpr std::string_view opening = "{{resolve:";
constexpr std::string_view closing = "}}";

bool is_version(std::string_view text) {
    return !text.empty() && text.size() <= 18 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_parameter_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-' || c == '/';
    });
}

}  // namespace

base::Result<std::string> Evaluation::dynamic_reference(std::string_view reference) {
    const std::string whole = "{{resolve:" + std::string(reference) + "}}";
    const std::size_t colon = reference.find(':');
    const std::string_view service = reference.substr(0, colon);
    if (service != "ssm") {
        return unsupported("Template error: the dynamic reference " + whole +
                           " is not supported; only {{resolve:ssm:name:version}} is");
    }
    const std::string_view rest =
        colon == std::string_view::npos ? std::string_view() : reference.substr(colon + 1);
    const std::size_t second = rest.find(':');
    const bool has_version = second != std::string_view::npos;
    if (!is_parameter_name(rest.substr(0, second)) ||
        (has_version && !is_version(rest.substr(second + 1)))) {
        return invalid("Incorrect format is used in the following SSM reference: [" + whole + "]");
    }
    if (resolver_ == nullptr) return std::string(unknown_value);
    TRY(answer, resolver_->ssm_parameter(std::string(rest)));
    if (!answer) return std::string(unknown_value);
    auto text = text_of(*answer);
    if (!text) return invalid("Template error: " + whole + " does not resolve to a string");
    return std::move(*text);
}

base::Result<json::value> Evaluation::replace_references(const json::string& text) {
    std::string made;
    std::string_view rest = text;
    while (true) {
        const std::size_t start = rest.find(opening);
        const std::size_t end = start == std::string_view::npos ? start : rest.find(closing, start);
        if (end == std::string_view::npos) break;
        made += rest.substr(0, start);
        TRY(value,
            dynamic_reference(rest.substr(start + opening.size(), end - start - opening.size())));
        if (value == unknown_value) return json::value(json::string(unknown_value));
        TRY_VOID(charge(value.size()));
        made += value;  // not looked at again
        rest.remove_prefix(end + closing.size());
    }
    made += rest;
    return json::value(json::string(made));
}

base::Result<json::value> Evaluation::with_dynamic_references(json::value value) {
    if (json::array* list = value.if_array()) {
        for (json::value& element : *list) {
            TRY(replaced, with_dynamic_references(std::move(element)));
            element = std::move(replaced);
        }
    } else if (json::object* map = value.if_object()) {
        for (auto& member : *map) {
            TRY(replaced, with_dynamic_references(std::move(member.value())));
            member.value() = std::move(replaced);
        }
    } else if (const json::string* text = value.if_string()) {
        if (text->find(opening) != json::string::npos) return replace_references(*text);
    }
    return value;
}

}  // namespace stack_template
