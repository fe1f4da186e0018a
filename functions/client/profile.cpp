#include "profile.h"

namespace client {

namespace {

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// Behind white space these begin a comment; in the middle of a word they are part of it.
std::string_view without_comment(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool begins = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
        if (begins && (line[i] == '#' || line[i] == ';')) return line.substr(0, i);
    }
    return line;
}

// The profile that "[profile x]" begins.
std::string_view section_name(std::string_view line, ProfileFile file) {
    const auto close = line.find(']');
    if (close == std::string_view::npos) return {};
    std::string_view name = trim(line.substr(1, close - 1));
    if (file == ProfileFile::credentials || name == "default") return name;
    constexpr std::string_view word = "profile";
    if (!name.starts_with(word)) return {};
    name.remove_prefix(word.size());
    if (name.empty() || (name.front() != ' ' && name.front() != '\t')) return {};
    return trim(name);
}

}  // namespace

Profile read_profile(std::string_view text, ProfileFile file, std::string_view name) {
    Profile profile;
    bool mine = false;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const bool indented = !line.empty() && (line.front() == ' ' || line.front() == '\t');
        line = trim(without_comment(line));
        if (line.empty() || indented) continue;
        if (line.front() == '[') {
            mine = section_name(line, file) == name;
            continue;
        }
        const auto equals = line.find('=');
        if (!mine || equals == std::string_view::npos) continue;
        profile[to_lower(trim(line.substr(0, equals)))] =
            std::string(trim(line.substr(equals + 1)));
    }
    return profile;
}

}  // namespace client
