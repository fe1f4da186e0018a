// The log of one function process: its output cut into lines, the platform's own lines between
// them, the tail of the current invocation, all handed to CloudWatch Logs in order and in batches.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "services/ports/ports.h"

namespace lambda {

inline constexpr std::size_t log_line_bytes_max = 256 * 1024;  // longer lines are cut into several
inline constexpr std::size_t log_pending_bytes_max = 1024 * 1024;
inline constexpr std::size_t log_tail_bytes_max = 4096;
inline constexpr std::int64_t log_flush_ms = 50;
inline constexpr std::int64_t log_flood_wait_ms = 20;

struct LogTarget {
    std::string account;
    std::string region;
    std::string group;
    std::string stream;
    // A "\r" in a line of the process stands for a newline within one event, as AWS's client for
    // node writes it.
    bool carriage_return_is_newline = false;
};

// Any thread.
class InstanceLog : public std::enable_shared_from_this<InstanceLog> {
  public:
    InstanceLog(LogTarget target, ports::LogWriter& writer, base::Executor& executor,
                const base::Clock& clock);

    // Output as it came from the process. Returns for how long to read no more: a process that
    // writes faster than its log is stored waits, and no memory fills.
    std::int64_t output(std::string_view bytes);
    // A line of the platform, without newline; "" says nothing. An unfinished line of the process
    // comes before it.
    void platform(std::string line);
    // Forget the tail: a new invocation begins.
    void begin_tail();
    // The last log_tail_bytes_max bytes since begin_tail().
    std::string tail() const;
    // The process ended: its last line needs no newline. Hands everything over now.
    void finish();

    const LogTarget& target() const { return target_; }

  private:
    void add(std::string line) REQUIRES(mutex_);
    void end_partial() REQUIRES(mutex_);
    void schedule() REQUIRES(mutex_);
    void flush();

    const LogTarget target_;
    ports::LogWriter& writer_;
    base::Executor& executor_;
    const base::Clock& clock_;
    base::Mutex write_mutex_;  // one batch at a time, in order; taken before mutex_
    mutable base::Mutex mutex_;
    std::string partial_ GUARDED_BY(mutex_);
    std::string tail_ GUARDED_BY(mutex_);
    std::vector<ports::LogLine> pending_ GUARDED_BY(mutex_);
    std::size_t pending_bytes_ GUARDED_BY(mutex_) = 0;
    bool scheduled_ GUARDED_BY(mutex_) = false;
};

}  // namespace lambda
