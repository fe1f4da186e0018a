#include "os/log_file.h"

#include <ctime>

#include "base/check.h"

namespace os {

namespace {

const char* level_word(base::LogLevel level) {
    switch (level) {
        case base::LogLevel::debug:
            return "DEBUG";
        case base::LogLevel::info:
            return "INFO";
        case base::LogLevel::warn:
            return "WARN";
        case base::LogLevel::error:
            return "ERROR";
    }
    return "INFO";
}

// "2026-03-01T12:00:05.123Z"
std::string time_text(base::Timestamp time) {
    const std::int64_t ms = (time.ms % 1000 + 1000) % 1000;
    const auto seconds = static_cast<std::time_t>((time.ms - ms) / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    const std::size_t count = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.", &parts);
    std::string out(text, count);
    const std::string digits = std::to_string(1000 + ms);
    out.append(digits, 1, 3);
    out += 'Z';
    return out;
}

std::string line_of(base::Timestamp time, base::LogLevel level, std::string text) {
    static constexpr std::string_view mark = " [cut]";
    if (text.size() > FileLog::line_bytes_max) {
        text.resize(FileLog::line_bytes_max - mark.size());
        text += mark;
    }
    return time_text(time) + ' ' + level_word(level) + ' ' + text + '\n';
}

}  // namespace

base::Result<std::unique_ptr<FileLog>> FileLog::open(FileLogOptions options,
                                                     base::FileSystem& files,
                                                     const base::Clock& clock) {
    TRY(file, files.open(options.path, base::OpenMode::create));
    TRY(size_bytes, file->size());
    return std::unique_ptr<FileLog>(
        new FileLog(std::move(options), files, clock, std::move(file), size_bytes));
}

FileLog::FileLog(FileLogOptions options, base::FileSystem& files, const base::Clock& clock,
                 std::unique_ptr<base::File> file, std::uint64_t size_bytes)
    : options_(std::move(options)),
      files_(files),
      clock_(clock),
      file_(std::move(file)),
      size_bytes_(size_bytes),
      thread_([this] { work(); }) {}

FileLog::~FileLog() {
    {
        const base::MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void FileLog::write(base::LogLevel level, std::string_view message,
                    std::initializer_list<base::LogField> fields) {
    if (level < options_.level) return;
    const std::string line = line_of(clock_.now(), level, base::format_log_line(message, fields));
    {
        const base::MutexLock lock(mutex_);
        if (queue_.size() + line.size() > options_.queue_bytes_max) {
            ++dropped_;
            ++dropped_total_;
            return;
        }
        queue_ += line;
    }
    changed_.notify_all();
}

void FileLog::flush() {
    base::MutexLock lock(mutex_);
    while (writing_ || !queue_.empty())
        changed_.wait(lock);
}

std::uint64_t FileLog::dropped_count() const {
    const base::MutexLock lock(mutex_);
    return dropped_total_;
}

void FileLog::work() {
    base::MutexLock lock(mutex_);
    while (true) {
        while (queue_.empty() && !stopping_)
            changed_.wait(lock);
        if (queue_.empty()) return;
        std::string lines;
        lines.swap(queue_);
        const std::uint64_t dropped = std::exchange(dropped_, 0);
        writing_ = true;
        lock.unlock();
        if (dropped > 0) {
            lines += line_of(clock_.now(), base::LogLevel::warn,
                             base::format_log_line("the log could not keep up and dropped lines",
                                                   {{"lines", std::to_string(dropped)}}));
        }
        append(lines);
        lock.lock();
        writing_ = false;
        changed_.notify_all();
    }
}

// In pieces that end with a line, none across a rotation.
void FileLog::append(std::string_view lines) {
    while (!lines.empty()) {
        if (size_bytes_ > 0 && size_bytes_ + lines.find('\n') + 1 > options_.file_bytes_max) {
            rotate();
        }
        std::size_t end = lines.size();
        const std::uint64_t room =
            options_.file_bytes_max - std::min(size_bytes_, options_.file_bytes_max);
        if (end > room) {
            const std::size_t last = lines.rfind('\n', room == 0 ? 0 : room - 1);
            end = (last == std::string_view::npos ? lines.find('\n') : last) + 1;
        }
        const std::string_view piece = lines.substr(0, end);
        lines.remove_prefix(end);
        // A full disk loses log lines and nothing else; a missing file is tried again.
        if (!file_) rotate();
        if (file_ && file_->write_at(size_bytes_, piece)) {
            size_bytes_ += piece.size();
        } else {
            const base::MutexLock lock(mutex_);
            ++dropped_;
            ++dropped_total_;
        }
    }
}

void FileLog::rotate() {
    const auto numbered = [this](std::size_t number) {
        return number == 0 ? options_.path : options_.path + '.' + std::to_string(number);
    };
    file_.reset();
    size_bytes_ = 0;
    // What fails here fails again at the open below, or leaves an old file too many or too few.
    static_cast<void>(files_.remove(numbered(options_.old_files_max)));
    for (std::size_t i = options_.old_files_max; i > 0; --i) {
        static_cast<void>(files_.rename(numbered(i - 1), numbered(i)));
    }
    auto file = files_.open(options_.path, base::OpenMode::create_empty);
    if (file) file_ = std::move(file.value());
}

}  // namespace os
