#include "services/lambda/log_lines.h"

namespace lambda {

InstanceLog::InstanceLog(LogTarget target, ports::LogWriter& writer, base::Executor& executor,
                         const base::Clock& clock)
    : target_(std::move(target)), writer_(writer), executor_(executor), clock_(clock) {}

std::int64_t InstanceLog::output(std::string_view bytes) {
    base::MutexLock lock(mutex_);
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        const std::size_t room = log_line_bytes_max - partial_.size();
        if (newline != std::string_view::npos && newline < room) {
            partial_ += bytes.substr(0, newline + 1);
            bytes.remove_prefix(newline + 1);
            if (target_.carriage_return_is_newline) {
                std::replace(partial_.begin(), partial_.end(), '\r', '\n');
            }
            add(std::exchange(partial_, {}));
        } else {
            const std::size_t taken = std::min(room, bytes.size());
            partial_ += bytes.substr(0, taken);
            bytes.remove_prefix(taken);
            if (partial_.size() == log_line_bytes_max) end_partial();
        }
    }
    return pending_bytes_ >= log_pending_bytes_max ? log_flood_wait_ms : 0;
}

void InstanceLog::platform(std::string line) {
    if (line.empty()) return;
    base::MutexLock lock(mutex_);
    end_partial();
    line += '\n';
    add(std::move(line));
}

void InstanceLog::begin_tail() {
    base::MutexLock lock(mutex_);
    tail_.clear();
}

std::string InstanceLog::tail() const {
    base::MutexLock lock(mutex_);
    return tail_.size() <= log_tail_bytes_max ? tail_
                                              : tail_.substr(tail_.size() - log_tail_bytes_max);
}

void InstanceLog::finish() {
    {
        base::MutexLock lock(mutex_);
        end_partial();
    }
    flush();
}

void InstanceLog::end_partial() {
    if (partial_.empty()) return;
    partial_ += '\n';
    add(std::exchange(partial_, {}));
}

void InstanceLog::add(std::string line) {
    tail_ += line;
    if (tail_.size() > 4 * log_tail_bytes_max) {
        tail_.erase(0, tail_.size() - log_tail_bytes_max);
    }
    pending_bytes_ += line.size();
    pending_.push_back({clock_.now(), std::move(line)});
    schedule();
}

void InstanceLog::schedule() {
    if (scheduled_) return;
    scheduled_ = true;
    executor_.after(log_flush_ms, [self = shared_from_this()] { self->flush(); });
}

void InstanceLog::flush() {
    base::MutexLock write_lock(write_mutex_);
    std::vector<ports::LogLine> lines;
    {
        base::MutexLock lock(mutex_);
        scheduled_ = false;
        lines = std::exchange(pending_, {});
        pending_bytes_ = 0;
    }
    if (lines.empty()) return;
    writer_.write(target_.account, target_.region, target_.group, target_.stream, std::move(lines));
}

}  // namespace lambda
