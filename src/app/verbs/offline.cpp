#include "app/verbs/offline.h"

#include <cstdio>

namespace app {

base::Result<std::unique_ptr<DataDirectory>> open_offline(const VerbContext& context) {
    const std::string& path = context.settings.data_dir;
    if (!base::exists(context.files, path + "/FORMAT")) {
        return base::Error{base::ErrorKind::not_found, "no data directory at " + path, ""};
    }
    auto directory = DataDirectory::open(context.files, context.random, path);
    if (!directory && directory.error().kind == base::ErrorKind::unavailable) {
        return base::Error{base::ErrorKind::unavailable,
                           "a server uses " + path + ": stop it first, then run this again", ""};
    }
    return directory;
}

void StandardErrorLog::write(base::LogLevel level, std::string_view message,
                             std::initializer_list<base::LogField> fields) {
    if (level < base::LogLevel::warn) return;
    std::fprintf(stderr, "%s %s\n", base::to_string(level),
                 base::format_log_line(message, fields).c_str());
}

}  // namespace app
