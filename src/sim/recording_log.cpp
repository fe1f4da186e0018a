#include "sim/recording_log.h"

namespace sim {

void RecordingLog::write(base::LogLevel level, std::string_view message,
                         std::initializer_list<base::LogField> fields) {
    base::MutexLock lock(mutex_);
    if (lines_.size() < lines_max) {
        lines_.push_back({level, base::format_log_line(message, fields)});
    }
}

std::vector<RecordingLog::Line> RecordingLog::lines() const {
    base::MutexLock lock(mutex_);
    return lines_;
}

bool RecordingLog::contains(std::string_view text) const {
    base::MutexLock lock(mutex_);
    for (const Line& line : lines_) {
        if (line.text.find(text) != std::string::npos) return true;
    }
    return false;
}

std::size_t RecordingLog::count(base::LogLevel level) const {
    base::MutexLock lock(mutex_);
    std::size_t number = 0;
    for (const Line& line : lines_)
        number += line.level == level ? 1 : 0;
    return number;
}

void RecordingLog::clear() {
    base::MutexLock lock(mutex_);
    lines_.clear();
}

}  // namespace sim
