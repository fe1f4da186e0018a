// A log that keeps its lines, so that a test can ask what was said.
#pragma once

#include <string>
#include <vector>

#include "base/logging.h"
#include "base/mutex.h"

namespace sim {

// Any thread.
class RecordingLog final : public base::Log {
  public:
    static constexpr std::size_t lines_max = 100'000;  // later ones are dropped

    struct Line {
        base::LogLevel level;
        std::string text;  // as base::format_log_line
    };

    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override;

    std::vector<Line> lines() const;
    bool contains(std::string_view text) const;
    std::size_t count(base::LogLevel level) const;
    void clear();

  private:
    mutable base::Mutex mutex_;
    std::vector<Line> lines_ GUARDED_BY(mutex_);
};

}  // namespace sim
