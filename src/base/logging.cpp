#include "base/logging.h"

namespace base {

const char* to_string(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "DEBUG";
        case LogLevel::info:
            return "INFO";
        case LogLevel::warn:
            return "WARN";
        case LogLevel::error:
            return "ERROR";
    }
    return "ERROR";
}

namespace {

void append_escaped(std::string& line, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            line += "\\n";
        } else if (c == '"' || c == '\\') {
            line.push_back('\\');
            line.push_back(c);
        } else if (byte < 0x20 || byte == 0x7f) {
            line += "\\x";
            line.push_back(digits[byte >> 4]);
            line.push_back(digits[byte & 15]);
        } else {
            line.push_back(c);
        }
    }
}

bool is_plain(std::string_view value) {
    return !value.empty() && value.find_first_of(" \"\\=\n\t\r") == std::string_view::npos;
}

}  // namespace

std::string format_log_line(std::string_view message, std::initializer_list<LogField> fields) {
    std::string line;
    append_escaped(line, message);
    for (const LogField& field : fields) {
        line.push_back(' ');
        line += field.key;
        line.push_back('=');
        const bool plain = is_plain(field.value);
        if (!plain) line.push_back('"');
        append_escaped(line, field.value);
        if (!plain) line.push_back('"');
    }
    return line;
}

}  // namespace base
