#include "mcp/uri_template.h"

#include "wire/uri.h"

namespace mcp {

std::optional<std::map<std::string, std::string>> match_template(std::string_view uri_template,
                                                                 std::string_view uri) {
    std::map<std::string, std::string> variables;
    while (!uri_template.empty()) {
        const auto open = uri_template.find('{');
        const std::string_view literal = uri_template.substr(0, open);
        if (!uri.starts_with(literal)) return std::nullopt;
        uri.remove_prefix(literal.size());
        if (open == std::string_view::npos) {
            return uri.empty() ? std::optional(std::move(variables)) : std::nullopt;
        }
        const auto close = uri_template.find('}', open);
        if (close == std::string_view::npos) return std::nullopt;
        std::string_view name = uri_template.substr(open + 1, close - open - 1);
        uri_template.remove_prefix(close + 1);
        const bool rest = name.starts_with('+');
        if (rest) name.remove_prefix(1);
        const std::size_t end = rest ? uri.size() : std::min(uri.find('/'), uri.size());
        auto value = wire::percent_decode(uri.substr(0, end));
        if (!value || value->empty()) return std::nullopt;
        variables[std::string(name)] = std::move(*value);
        uri.remove_prefix(end);
    }
    return uri.empty() ? std::optional(std::move(variables)) : std::nullopt;
}

std::vector<std::string_view> template_variables(std::string_view uri_template) {
    std::vector<std::string_view> names;
    while (true) {
        const auto open = uri_template.find('{');
        if (open == std::string_view::npos) return names;
        uri_template.remove_prefix(open + 1);
        const auto close = uri_template.find('}');
        if (close == std::string_view::npos) return names;
        std::string_view name = uri_template.substr(0, close);
        if (name.starts_with('+')) name.remove_prefix(1);
        names.push_back(name);
        uri_template.remove_prefix(close + 1);
    }
}

}  // namespace mcp
