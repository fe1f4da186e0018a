// The program's own log in a file, with rotation. Lines are queued and written by a thread of its
// own, so that a slow disk holds up nobody; when the queue is full lines are dropped and counted,
// and the log says how many. What was written before a crash of the process is in the file; a crash
// of the machine may lose the last lines (nothing is synced).
//
//   2026-03-01T12:00:05.123Z WARN delivery failed, will retry stream=s error="io: disk full"
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "base/units.h"

namespace os {

struct FileLogOptions {
    std::string path;
    std::uint64_t file_bytes_max = 16 * base::mib;  // then the file becomes path.1, .1 becomes .2 …
    std::size_t old_files_max = 4;                  // older ones are removed
    std::size_t queue_bytes_max = 4 * base::mib;
    base::LogLevel level = base::LogLevel::info;  // below it nothing is written
};

class FileLog final : public base::Log {
  public:
    // Longer lines are cut, with a mark.
    static constexpr std::size_t line_bytes_max = 64 * 1024;

    // Appends to an existing file. `files` and `clock` outlive the log. Errors: the file's.
    static base::Result<std::unique_ptr<FileLog>> open(FileLogOptions options,
                                                       base::FileSystem& files,
                                                       const base::Clock& clock);
    ~FileLog() override;  // writes what is queued

    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override;
    // Wait until everything written before the call is in the file.
    void flush();
    std::uint64_t dropped_count() const;

  private:
    FileLog(FileLogOptions options, base::FileSystem& files, const base::Clock& clock,
            std::unique_ptr<base::File> file, std::uint64_t size_bytes);
    void work();
    void append(std::string_view lines);
    void rotate();

    const FileLogOptions options_;
    base::FileSystem& files_;
    const base::Clock& clock_;
    std::unique_ptr<base::File> file_;  // null while it cannot be opened
    std::uint64_t size_bytes_;

    mutable base::Mutex mutex_;
    base::ConditionVariable changed_;
    std::string queue_ GUARDED_BY(mutex_);
    std::uint64_t dropped_ GUARDED_BY(mutex_) = 0;
    std::uint64_t dropped_total_ GUARDED_BY(mutex_) = 0;
    bool writing_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace os
