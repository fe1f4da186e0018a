#include "services/ssm/parameter_name.h"

#include <algorithm>
#include <charconv>

#include "services/ssm/faults.h"

namespace ssm {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '/';
}

bool starts_with_any_case(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() &&
           std::equal(lower.begin(), lower.end(), text.begin(), [](char expected, char actual) {
               return expected == (actual >= 'A' && actual <= 'Z' ? actual + 32 : actual);
           });
}

aws::Fault bad_path() {
    return faults::validation(
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, "
        "it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix "
        "of letters, numbers and the following 3 symbols .-_");
}

}  // namespace

aws::Reply<void> check_new_name(const std::string& name) {
    if (name.size() > name_length_max) {
        return faults::validation("Parameter name can't be longer than 1011 characters.");
    }
    const bool is_path = name.find('/') != std::string::npos;
    std::string_view bare = name;
    if (bare.starts_with('/')) bare.remove_prefix(1);
    if (starts_with_any_case(bare, "aws")) {
        if (name.starts_with('/')) return faults::reserved_name(name);
        return faults::validation(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
    }
    if (starts_with_any_case(bare, "ssm")) return bad_path();
    if (!std::all_of(name.begin(), name.end(), is_name_character) || bare.empty() ||
        name.ends_with('/') || name.find("//") != std::string::npos) {
        return bad_path();
    }
    if (is_path && !name.starts_with('/')) {
        return faults::validation("Parameter name must be a fully qualified name.");
    }
    const auto levels = std::count(name.begin(), name.end(), '/');
    if (static_cast<std::size_t>(levels) > levels_max) return faults::too_many_levels();
    return base::ok();
}

Selector parse_selector(const aws::Call& call, const std::string& text) {
    Selector selector;
    std::string name = text;
    const std::string prefix = aws::make_arn("ssm", call.region, call.account(), "parameter");
    const bool is_arn = text.starts_with("arn:");
    if (is_arn) {
        if (!text.starts_with(prefix + "/")) return selector;
        name = text.substr(prefix.size());
    }
    if (const auto colon = name.find(':'); colon != std::string::npos) {
        selector.text = name.substr(colon);
        const std::string behind = name.substr(colon + 1);
        name.resize(colon);
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(behind.data(), behind.data() + behind.size(), number);
        if (error == std::errc() && end == behind.data() + behind.size()) {
            selector.version = number;
        } else {
            selector.label = behind;
        }
    }
    selector.names.push_back(name);
    if (is_arn && name.find('/', 1) == std::string::npos) {
        selector.names.push_back(name.substr(1));
    }
    return selector;
}

std::string parameter_arn(const aws::Call& call, const std::string& name) {
    return aws::make_arn("ssm", call.region, call.account(),
                         (name.starts_with('/') ? "parameter" : "parameter/") + name);
}

}  // namespace ssm
