// The program's own log: one line an event, key=value fields after the message.
//
//   log.warn("delivery failed, will retry", {{"stream", name}, {"error", error.describe()}});
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace base {

enum class LogLevel { debug, info, warn, error };
const char* to_string(LogLevel level);

struct LogField {
    std::string_view key;
    std::string value;
};

class Log {
  public:
    virtual ~Log() = default;
    virtual void write(LogLevel level, std::string_view message,
                       std::initializer_list<LogField> fields) = 0;

    void debug(std::string_view m, std::initializer_list<LogField> f = {}) {
        write(LogLevel::debug, m, f);
    }
    void info(std::string_view m, std::initializer_list<LogField> f = {}) {
        write(LogLevel::info, m, f);
    }
    void warn(std::string_view m, std::initializer_list<LogField> f = {}) {
        write(LogLevel::warn, m, f);
    }
    void error(std::string_view m, std::initializer_list<LogField> f = {}) {
        write(LogLevel::error, m, f);
    }
};

// "message key=value key="two words"" without newline; control characters are escaped, so that
// bytes from outside cannot forge a line.
std::string format_log_line(std::string_view message, std::initializer_list<LogField> fields);

}  // namespace base
