#include "athena_sql/date_format.h"

#include <array>
#include <utility>

namespace athena_sql {

std::optional<std::string> strftime_of_mysql(std::string_view pattern) {
    static constexpr std::array<std::pair<char, std::string_view>, 24> known = {{
        {'a', "%a"}, {'b', "%b"},          {'c', "%-m"}, {'d', "%d"}, {'e', "%-d"},
        {'f', "%f"}, {'H', "%H"},          {'h', "%I"},  {'I', "%I"}, {'i', "%M"},
        {'j', "%j"}, {'k', "%-H"},         {'l', "%-I"}, {'M', "%B"}, {'m', "%m"},
        {'p', "%p"}, {'r', "%I:%M:%S %p"}, {'S', "%S"},  {'s', "%S"}, {'T', "%H:%M:%S"},
        {'v', "%V"}, {'W', "%A"},          {'Y', "%Y"},  {'y', "%y"},
    }};
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') {
            out += pattern[i];
            continue;
        }
        if (++i == pattern.size()) return std::nullopt;
        if (pattern[i] == '%') {
            out += "%%";
            continue;
        }
        std::string_view found;
        for (const auto& [letter, text] : known) {
            if (letter == pattern[i]) found = text;
        }
        if (found.empty()) {
            // MySQL: any other character stands for itself; these are specifiers we lack.
            if (std::string_view("DUuVwXx").find(pattern[i]) != std::string_view::npos) {
                return std::nullopt;
            }
            out += pattern[i];
            continue;
        }
        out += found;
    }
    return out;
}

namespace {

std::optional<std::string_view> joda_field(char letter, std::size_t count) {
    switch (letter) {
        case 'y':
        case 'Y':
            return count == 2 ? "%y" : "%Y";
        case 'M':
            return count == 1 ? "%-m" : count == 2 ? "%m" : count == 3 ? "%b" : "%B";
        case 'd':
            return count == 1 ? "%-d" : "%d";
        case 'D':
            return "%j";
        case 'H':
            return count == 1 ? "%-H" : "%H";
        case 'h':
            return count == 1 ? "%-I" : "%I";
        case 'm':
            return count == 1 ? "%-M" : "%M";
        case 's':
            return count == 1 ? "%-S" : "%S";
        case 'S':
            if (count == 3) return "%g";
            if (count == 6) return "%f";
            return std::nullopt;
        case 'a':
            return "%p";
        case 'E':
            return count <= 3 ? "%a" : "%A";
        case 'e':
            return "%u";
        case 'w':
            return "%V";
        case 'x':
            return "%G";
        case 'Z':
        case 'z':
            return "%z";
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> strftime_of_joda(std::string_view pattern) {
    std::string out;
    const auto literal = [&](char c) { out += c == '%' ? std::string("%%") : std::string(1, c); };
    for (std::size_t i = 0; i < pattern.size();) {
        const char c = pattern[i];
        if (c == '\'') {
            if (i + 1 < pattern.size() && pattern[i + 1] == '\'') {
                literal('\'');
                i += 2;
                continue;
            }
            const auto end = pattern.find('\'', i + 1);
            if (end == std::string_view::npos) return std::nullopt;
            for (const char inside : pattern.substr(i + 1, end - i - 1))
                literal(inside);
            i = end + 1;
            continue;
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter) {
            literal(c);
            ++i;
            continue;
        }
        std::size_t count = 1;
        while (i + count < pattern.size() && pattern[i + count] == c)
            ++count;
        const auto field = joda_field(c, count);
        if (!field) return std::nullopt;
        out += *field;
        i += count;
    }
    return out;
}

std::optional<std::string> duckdb_json_path(std::string_view path) {
    if (path.empty() || path[0] != '$') return std::nullopt;
    std::string out = "$";
    const auto add_name = [&](std::string_view name) {
        if (name.empty() || name.find('"') != std::string_view::npos || name == "*") return false;
        out += ".\"" + std::string(name) + "\"";
        return true;
    };
    for (std::size_t i = 1; i < path.size();) {
        if (path[i] == '.') {
            const auto end = std::min(path.find_first_of(".[", i + 1), path.size());
            if (!add_name(path.substr(i + 1, end - i - 1))) return std::nullopt;
            i = end;
            continue;
        }
        if (path[i] != '[') return std::nullopt;
        const char quote = i + 1 < path.size() ? path[i + 1] : '\0';
        if (quote == '"' || quote == '\'') {
            const auto end = path.find(quote, i + 2);
            if (end == std::string_view::npos || end + 1 >= path.size() || path[end + 1] != ']') {
                return std::nullopt;
            }
            if (!add_name(path.substr(i + 2, end - i - 2))) return std::nullopt;
            i = end + 2;
            continue;
        }
        const auto end = path.find(']', i);
        if (end == std::string_view::npos || end == i + 1) return std::nullopt;
        const std::string_view inside = path.substr(i + 1, end - i - 1);
        if (inside.find_first_not_of("0123456789") == std::string_view::npos) {
            out += "[" + std::string(inside) + "]";
        } else if (!add_name(inside)) {
            return std::nullopt;
        }
        i = end + 1;
    }
    return out;
}

}  // namespace athena_sql
