#include "services/ssm/filters.h"

#include <algorithm>

#include "services/ssm/faults.h"

namespace ssm {
namespace {

// Options of a key, the default first.
std::vector<std::string_view> options_of(std::string_view key) {
    if (key == "Name") return {"Equals", "BeginsWith", "Contains"};
    if (key == "Path") return {"OneLevel", "Recursive"};
    if (key == "KeyId") return {"Equals", "BeginsWith"};
    return {"Equals", "BeginsWith"};
}

bool is_taken(std::string_view key, FilterUse use) {
    if (use == FilterUse::by_path) return key == "Type" || key == "KeyId" || key == "Label";
    return key != "Label";
}

aws::Reply<void> check_values(const Filter& filter) {
    if (filter.values.empty() && !filter.key.starts_with("tag:")) {
        return faults::invalid_filter_value(
            "The following filter values are missing : null for filter key " + filter.key);
    }
    for (const std::string& value : filter.values) {
        if (value.empty() || value.size() > 1024) {
            return faults::invalid_filter_value("A filter value has 1 to 1,024 characters.");
        }
        if (filter.key == "Path" && !value.starts_with('/')) {
            return faults::validation(
                "The parameter doesn't meet the parameter name requirements. The parameter name "
                "must begin with a forward slash \"/\".");
        }
        if (filter.key == "Type" && value != "String" && value != "StringList" &&
            value != "SecureString") {
            return faults::invalid_filter_value(
                "The following filter value is not valid: " + value +
                ". Valid values include: [SecureString, "
                "StringList, String].");
        }
    }
    return base::ok();
}

bool matches_text(const std::optional<std::string>& text, std::string_view option,
                  const std::vector<std::string>& values) {
    if (!text) return false;
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
        if (option == "BeginsWith") return text->starts_with(value);
        if (option == "Contains") return text->find(value) != std::string::npos;
        return *text == value;
    });
}

// "a" and "/a" name the same to a filter.
std::vector<std::string> without_slash(std::vector<std::string> names) {
    for (std::string& name : names) {
        if (name.starts_with('/')) name.erase(0, 1);
    }
    return names;
}

bool matches_one(const Filter& filter, const ParameterRow& parameter) {
    const std::string_view option =
        filter.option ? std::string_view(*filter.option) : options_of(filter.key).front();
    if (filter.key == "Path") {
        return std::any_of(filter.values.begin(), filter.values.end(), [&](const auto& path) {
            return lies_below(parameter.name, path, option == "Recursive");
        });
    }
    if (filter.key == "Name") {
        return matches_text(without_slash({parameter.name}).front(), option,
                            without_slash(filter.values));
    }
    if (filter.key == "Type") return matches_text(parameter.latest.type, option, filter.values);
    if (filter.key == "KeyId") return matches_text(parameter.latest.key_id, option, filter.values);
    if (filter.key == "Tier") return matches_text("Standard", option, filter.values);
    if (filter.key == "DataType") return matches_text("text", option, filter.values);
    if (filter.key == "Label") {
        return std::any_of(parameter.labels.begin(), parameter.labels.end(), [&](const auto& one) {
            return one.second == parameter.latest.number &&
                   matches_text(one.first, option, filter.values);
        });
    }
    const auto tag = parameter.tags.find(filter.key.substr(4));  // "tag:"
    if (tag == parameter.tags.end()) return false;
    return filter.values.empty() || matches_text(tag->second, option, filter.values);
}

}  // namespace

aws::Reply<void> check_filters(const std::vector<Filter>& filters, FilterUse use) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const Filter& filter = filters[i];
        if (!is_taken(filter.key, use)) return faults::invalid_filter_key(filter.key);
        for (std::size_t j = 0; j < i; ++j) {
            if (filters[j].key == filter.key) {
                return faults::validation(
                    "The following filters have duplicate keys: " + filter.key + ".");
            }
        }
        const auto options = options_of(filter.key);
        if (filter.option &&
            std::find(options.begin(), options.end(), *filter.option) == options.end()) {
            return faults::invalid_filter_option(*filter.option, filter.key);
        }
        TRY_VOID(check_values(filter));
    }
    return base::ok();
}

std::vector<Filter> translate(const std::vector<OldFilter>& filters) {
    std::vector<Filter> out;
    for (const OldFilter& filter : filters) {
        out.push_back({filter.key, filter.key == "Name" ? "BeginsWith" : "Equals", filter.values});
    }
    return out;
}

bool matches(const std::vector<Filter>& filters, const ParameterRow& parameter) {
    return std::all_of(filters.begin(), filters.end(),
                       [&](const Filter& filter) { return matches_one(filter, parameter); });
}

bool lies_below(std::string_view name, std::string_view path, bool recursive) {
    if (path.ends_with('/')) path.remove_suffix(1);
    if (path.empty() && !name.starts_with('/')) {
        // The root also has the names without a slash, directly.
        return true;
    }
    if (!name.starts_with(path)) return false;
    name.remove_prefix(path.size());
    if (!name.starts_with('/')) return false;
    return recursive || name.find('/', 1) == std::string_view::npos;
}

}  // namespace ssm
