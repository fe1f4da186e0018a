#include "services/lambda/function_name.h"

#include <vector>

#include "services/lambda/faults.h"

namespace lambda {
namespace {

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto colon = text.find(':');
        parts.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) return parts;
        text.remove_prefix(colon + 1);
    }
}

bool is_plain_name(std::string_view text) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

bool is_account(std::string_view text) {
    return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string FunctionName::arn() const {
    return aws::make_arn("lambda", region, account, "function:" + name) +
           (qualifier.empty() ? "" : ":" + qualifier);
}

aws::Reply<FunctionName> parse_function_name(std::string_view text, const aws::Call& call,
                                             std::string_view qualifier) {
    FunctionName found{call.account(), call.region, {}, {}};
    const auto parts = split(text);
    std::size_t at = 0;
    if (parts.size() >= 7 && parts[0] == "arn" && parts[2] == "lambda") {
        if (parts[3] != call.region) return faults::other_region(parts[3], call.region);
        at = 4;
    }
    if (parts.size() > at + 1 && is_account(parts[at])) found.account = parts[at++];
    if (parts.size() > at + 1 && parts[at] == "function") ++at;
    found.name = parts[at++];
    if (parts.size() > at) found.qualifier = parts[at++];
    if (at != parts.size() || !is_plain_name(found.name)) {
        return faults::bad_function_name(text);
    }
    if (!qualifier.empty()) {
        if (!found.qualifier.empty() && found.qualifier != qualifier) {
            return faults::qualifiers_differ();
        }
        found.qualifier = qualifier;
    }
    return found;
}

}  // namespace lambda
