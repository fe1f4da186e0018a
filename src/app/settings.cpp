#include "app/settings.h"

#include <yaml-cpp/yaml.h>

#include <charconv>

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::uint64_t config_bytes_max = 64 * 1024;

Error bad_value(const shape::Member& member, const std::string& value, const std::string& source,
                const std::string& wanted) {
    const bool secret = member.constraints.sensitive;
    return {ErrorKind::invalid,
            source + ": " + std::string(member.name) + " must be " + wanted +
                (secret ? "" : ", not '" + value + "'"),
            ""};
}

bool is_one_of(std::string_view values, std::string_view value) {
    while (!values.empty()) {
        const auto comma = values.find(", ");
        if (values.substr(0, comma) == value) return true;
        if (comma == std::string_view::npos) break;
        values.remove_prefix(comma + 2);
    }
    return false;
}

base::Result<void> assign(Settings& settings, const shape::Member& member, const std::string& value,
                          const std::string& source) {
    const shape::Constraints& rules = member.constraints;
    if (member.type().kind == shape::Kind::long_integer) {
        std::int64_t number = 0;
        const auto [end, problem] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        if (problem != std::errc() || end != value.data() + value.size() ||
            number < rules.min.value_or(number) || number > rules.max.value_or(number)) {
            return bad_value(member, value, source,
                             "a number from " + std::to_string(rules.min.value_or(0)) + " to " +
                                 std::to_string(rules.max.value_or(0)));
        }
        *static_cast<std::int64_t*>(member.address(&settings)) = number;
        return base::ok();
    }
    if (rules.values != nullptr && !is_one_of(rules.values, value)) {
        return bad_value(member, value, source, std::string("one of ") + rules.values);
    }
    *static_cast<std::string*>(member.address(&settings)) = value;
    return base::ok();
}

base::Result<void> apply_file(Settings& settings, base::FileSystem& files,
                              const std::string& path) {
    TRY(text, base::read_file(files, path, config_bytes_max));
    const shape::Type& type = shape::type_of<Settings>();
    try {
        const YAML::Node root = YAML::Load(text);
        if (root.IsNull()) return base::ok();
        if (!root.IsMap()) return Error{ErrorKind::invalid, "the file must hold key: value", path};
        for (const auto& entry : root) {
            const auto name = entry.first.as<std::string>();
            const shape::Member* member = type.find_member(name);
            if (member == nullptr || name == "config") {
                return Error{ErrorKind::invalid, "unknown setting '" + name + "'", path};
            }
            TRY_VOID(assign(settings, *member, entry.second.as<std::string>(), path));
        }
    } catch (const YAML::Exception& problem) {
        return Error{ErrorKind::invalid, problem.what(), path};
    }
    return base::ok();
}

}  // namespace

std::string environment_name(std::string_view member_name) {
    std::string name = "DATASTACK_";
    for (const char c : member_name) {
        name.push_back(c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c));
    }
    return name;
}

base::Result<Settings> load_settings(const Flags& flags, const Environment& environment,
                                     base::FileSystem& files) {
    Settings settings;
    const shape::Type& type = shape::type_of<Settings>();

    const auto flag = flags.find("config");
    const auto config =
        flag != flags.end() ? std::optional(flag->second) : environment(environment_name("config"));
    if (config && !config->empty()) {
        TRY_VOID(apply_file(settings, files, *config));
        settings.config = *config;
    }
    for (const shape::Member& member : type.members) {
        const std::string name = environment_name(member.name);
        if (const auto value = environment(name)) {
            TRY_VOID(assign(settings, member, *value, name));
        }
    }
    for (const shape::Member& member : type.members) {
        const auto given = flags.find(std::string(member.name));
        if (given != flags.end()) {
            TRY_VOID(assign(settings, member, given->second, "--" + given->first));
        }
    }
    return settings;
}

}  // namespace app
