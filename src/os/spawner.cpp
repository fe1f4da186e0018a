#include "os/spawner.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "os/child_exec.h"
#include "os/child_loop.h"
#include "os/child_memory.h"
#include "os/child_message.h"
#include "os/errors.h"

namespace os {
namespace {

constexpr std::uint64_t socket_tag = 0;
constexpr std::uint64_t awake_tag = ~std::uint64_t{0};
constexpr std::size_t output_chunk_bytes = 64 * 1024;
// What one drain reads at most: twice what fits into a pipe, so that a writer that never stops
// cannot hold us.
constexpr std::size_t drain_bytes_max = 2 * 64 * 1024;
const char* const mark_name = "DATASTACK_CHILD=";

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

struct Spawner::Record {
    std::uint64_t id = 0;
    base::ChildEvents events;
    std::uint64_t resident_bytes_max = 0;
    std::atomic<int> pid{0};
    std::atomic<bool> watched{false};
    std::atomic<bool> exceeded{false};
    std::atomic<bool> exited{false};
    int poll = -1;

    base::Mutex output_mutex;
    int output GUARDED_BY(output_mutex) = -1;
    std::atomic<std::int64_t> paused_until_ms{0};  // 0: not paused; changed under the mutex

    ~Record() {
        if (output >= 0) ::close(output);
    }

    void listen(bool on) REQUIRES(output_mutex) {
        epoll_event event{};
        event.events = on ? EPOLLIN : 0U;
        event.data.u64 = id;
        ::epoll_ctl(poll, EPOLL_CTL_MOD, output, &event);
    }

    void close_output() REQUIRES(output_mutex) {
        if (output < 0) return;
        ::epoll_ctl(poll, EPOLL_CTL_DEL, output, nullptr);
        ::close(output);
        output = -1;
    }

    // Read up to about `bytes_max` bytes that are there; with `heed_pause` not beyond the first
    // chunk that is to be the last for a while.
    void read_output(std::size_t bytes_max, bool heed_pause) EXCLUDES(output_mutex) {
        base::MutexLock lock(output_mutex);
        if (heed_pause && paused_until_ms.load() != 0) return;
        char chunk[output_chunk_bytes];
        std::size_t total = 0;
        while (output >= 0 && total < bytes_max) {
            const ssize_t got = ::read(output, chunk, sizeof chunk);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0 && errno == EAGAIN) return;
            if (got <= 0) return close_output();
            total += static_cast<std::size_t>(got);
            const std::int64_t wait_ms =
                events.output(std::string_view(chunk, static_cast<std::size_t>(got)));
            if (wait_ms > 0 && output >= 0) {
                if (paused_until_ms.load() == 0) listen(false);
                paused_until_ms.store(now_ms() + wait_ms);
                if (heed_pause) return;
            }
        }
    }
};

class Spawner::Handle final : public base::Child {
  public:
    Handle(Spawner& spawner, std::shared_ptr<Record> record)
        : spawner_(spawner), record_(std::move(record)) {}
    ~Handle() override {
        watch(false);
        kill(SIGKILL);
    }
    int pid() const override { return record_->pid.load(); }
    void kill(int signal) override {
        if (!record_->exited.load()) spawner_.send_kill(record_->id, signal);
    }
    void drain_output() override { record_->read_output(drain_bytes_max, false); }
    void watch(bool on) override {
        if (record_->resident_bytes_max == 0 || record_->watched.exchange(on) == on) return;
        if (spawner_.watched_.fetch_add(on ? 1 : -1) == 0 && on) spawner_.wake();
    }
    std::uint64_t peak_resident_bytes() const override {
        return peak_resident_bytes_of(record_->pid.load());
    }

  private:
    Spawner& spawner_;
    std::shared_ptr<Record> record_;
};

base::Result<std::unique_ptr<Spawner>> Spawner::start() {
    int sockets[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return make_error(errno, "cannot make the spawner's socket", "");
    }
    const int buffer_bytes = static_cast<int>(4 * child_message_bytes_max);
    for (const int socket : sockets) {
        ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    }
    const int pid = ::fork();
    if (pid < 0) {
        const int error = errno;
        ::close(sockets[0]);
        ::close(sockets[1]);
        return make_error(error, "cannot fork the spawner", "");
    }
    if (pid == 0) {
        ::close(sockets[0]);
        run_spawner(sockets[1]);
    }
    ::close(sockets[1]);
    return std::unique_ptr<Spawner>(new Spawner(sockets[0], pid));
}

Spawner::Spawner(int socket, int process_id) : socket_(socket), process_id_(process_id) {}

Spawner::~Spawner() {
    stop();
}

base::Result<void> Spawner::open(const std::string& mark, base::Log& log) {
    if (thread_.joinable()) {
        return base::Error{base::ErrorKind::invalid, "the spawner is open already", mark};
    }
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    awake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (poll_ < 0 || awake_ < 0) return make_error(errno, "cannot make the spawner's poll", mark);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = socket_tag;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket_, &event);
    event.data.u64 = awake_tag;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, awake_, &event);
    mark_ = mark;
    log_ = &log;
    if (const std::size_t killed = kill_marked_processes(mark); killed > 0) {
        log.warn("ended processes that an earlier run left behind",
                 {{"processes", std::to_string(killed)}});
    }
    thread_ = std::thread([this] { loop(); });
    return base::ok();
}

bool Spawner::separate_users() const {
    return ::geteuid() == 0;
}

bool Spawner::restricts_files() const {
    return landlock_version() > 0;
}

base::Result<void> Spawner::send(const std::string& bytes, const std::vector<int>& descriptors) {
    if (bytes.size() > child_message_bytes_max) {
        return base::Error{base::ErrorKind::limit, "arguments and environment are too large",
                           std::to_string(bytes.size())};
    }
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * (base::child_descriptors_max + 2))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
        std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(int) * descriptors.size());
    }
    base::MutexLock lock(send_mutex_);
    for (;;) {
        if (::sendmsg(socket_, &message, MSG_NOSIGNAL) >= 0) return base::ok();
        if (errno != EINTR) return make_error(errno, "the spawner does not answer", "");
    }
}

void Spawner::send_kill(std::uint64_t id, int signal) {
    ChildCommand command;
    command.kind = ChildCommandKind::kill;
    command.id = id;
    command.signal = signal;
    if (auto sent = send(encode(command), {}); !sent && log_ != nullptr && !stopping_.load()) {
        log_->error("cannot signal a child", {{"error", sent.error().describe()}});
    }
}

void Spawner::spawn(const base::ChildOptions& options, base::ChildEvents events) {
    const auto refuse = [&events](base::ErrorKind kind, const char* why, const std::string& about) {
        events.started(base::Error{kind, why, about});
    };
    if (options.descriptors.size() > base::child_descriptors_max || options.arguments.empty() ||
        (options.capture_output && !events.output) || !events.started) {
        return refuse(base::ErrorKind::invalid, "a child needs arguments and callbacks",
                      options.program);
    }
    ChildCommand command;
    command.options = options;
    command.options.environment.push_back(mark_name + mark_);
    std::vector<int> descriptors;
    for (const auto& [descriptor, target] : options.descriptors) {
        descriptors.push_back(descriptor);
        command.targets.push_back(target);
    }
    auto record = std::make_shared<Record>();
    int output_pipe[2] = {-1, -1};
    if (options.capture_output) {
        if (::pipe2(output_pipe, O_CLOEXEC) != 0) {
            return events.started(make_error(errno, "cannot make a pipe", options.program));
        }
        ::fcntl(output_pipe[0], F_SETFL, O_NONBLOCK);
        base::MutexLock lock(record->output_mutex);
        record->output = output_pipe[0];
        for (const int target : {1, 2}) {
            descriptors.push_back(output_pipe[1]);
            command.targets.push_back(target);
        }
    }
    record->resident_bytes_max = options.limits.resident_bytes_max;
    record->poll = poll_;
    record->events = std::move(events);
    const char* refused = nullptr;
    {
        base::MutexLock lock(mutex_);
        if (lost_ || stopping_.load() || !thread_.joinable())
            refused = "the spawner is not running";
        if (records_.size() >= children_max) refused = "too many child processes";
        if (refused == nullptr) {
            command.id = record->id = ++last_id_;
            records_[record->id] = record;
        }
    }
    base::Result<void> sent = base::ok();
    if (refused == nullptr) sent = send(encode(command), descriptors);
    if (output_pipe[1] >= 0) ::close(output_pipe[1]);
    if (refused != nullptr) {
        return record->events.started(
            base::Error{base::ErrorKind::unavailable, refused, options.program});
    }
    if (!sent) {
        {
            base::MutexLock lock(mutex_);
            if (records_.erase(record->id) == 0) return;  // fail_all has told it already
            changed_.notify_all();
        }
        record->events.started(sent.error());
    }
}

std::shared_ptr<Spawner::Record> Spawner::find(std::uint64_t id) const {
    base::MutexLock lock(mutex_);
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : found->second;
}

void Spawner::wake() {
    const std::uint64_t one = 1;
    while (::write(awake_, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

std::size_t Spawner::children_count() const {
    base::MutexLock lock(mutex_);
    return records_.size();
}

void Spawner::stop() {
    if (stopping_.exchange(true)) return;
    if (thread_.joinable()) {
        std::vector<std::uint64_t> ids;
        {
            base::MutexLock lock(mutex_);
            for (const auto& [id, record] : records_)
                ids.push_back(id);
        }
        for (const auto id : ids)
            send_kill(id, SIGKILL);
        {
            base::MutexLock lock(mutex_);
            changed_.wait_for(lock, std::chrono::seconds(10),
                              [this]() NO_THREAD_SAFETY_ANALYSIS { return records_.empty(); });
        }
        ::shutdown(socket_, SHUT_WR);
        thread_.join();  // the loop ends when the spawner has closed its end
    }
    ::close(socket_);
    while (::waitpid(process_id_, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (poll_ >= 0) ::close(poll_);
    if (awake_ >= 0) ::close(awake_);
}

std::size_t kill_marked_processes(const std::string& mark) {
    return kill_processes_with(mark_name + mark);
}

// ---- the thread that calls back ----

void Spawner::loop() {
    epoll_event events[64];
    for (;;) {
        const int timeout = static_cast<int>(next_wake_ms());
        const int count = ::epoll_wait(poll_, events, 64, timeout);
        bool report = false;
        std::vector<std::uint64_t> outputs;
        for (int i = 0; i < count; ++i) {
            const std::uint64_t tag = events[i].data.u64;
            if (tag == socket_tag) {
                report = true;
            } else if (tag == awake_tag) {
                std::uint64_t value = 0;
                if (::read(awake_, &value, sizeof value) < 0) continue;
            } else {
                outputs.push_back(tag);
            }
        }
        read_outputs(outputs);
        if (report && !take_report()) break;
        resume_outputs();
        if (watched_.load() > 0) sample_memory();
    }
    fail_all();
}

std::int64_t Spawner::next_wake_ms() const {
    std::int64_t wait_ms = watched_.load() > 0 ? memory_sample_ms : -1;
    base::MutexLock lock(mutex_);
    for (const auto& [id, record] : records_) {
        const std::int64_t until_ms = record->paused_until_ms.load();
        if (until_ms == 0) continue;
        const std::int64_t left_ms = std::max<std::int64_t>(1, until_ms - now_ms());
        wait_ms = wait_ms < 0 ? left_ms : std::min(wait_ms, left_ms);
    }
    return wait_ms;
}

void Spawner::read_outputs(const std::vector<std::uint64_t>& ready) {
    for (const auto id : ready) {
        if (const auto record = find(id)) record->read_output(output_chunk_bytes, true);
    }
}

void Spawner::resume_outputs() {
    std::vector<std::shared_ptr<Record>> due;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [id, record] : records_) {
            const std::int64_t until_ms = record->paused_until_ms.load();
            if (until_ms != 0 && until_ms <= now_ms()) due.push_back(record);
        }
    }
    // Not under mutex_: an output callback holds the output's lock and may come back to us.
    for (const auto& record : due) {
        base::MutexLock lock(record->output_mutex);
        record->paused_until_ms.store(0);
        if (record->output >= 0) record->listen(true);
    }
}

void Spawner::sample_memory() {
    std::vector<std::shared_ptr<Record>> watched;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [id, record] : records_) {
            if (record->watched.load() && record->pid.load() > 0) watched.push_back(record);
        }
    }
    for (const auto& record : watched) {
        if (record->exceeded.load()) continue;
        if (resident_bytes_of_tree(record->pid.load()) <= record->resident_bytes_max) continue;
        record->exceeded.store(true);
        send_kill(record->id, SIGKILL);
    }
}

// False when the spawner process is gone.
bool Spawner::take_report() {
    char buffer[4096];
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0) return errno == EINTR || errno == EAGAIN;
    if (size == 0) return false;
    ChildReport report;
    if (!decode(std::string_view(buffer, static_cast<std::size_t>(size)), report)) return false;
    const auto record = find(report.id);
    if (record == nullptr) return true;
    if (report.kind == ChildReportKind::started) {
        record->pid.store(report.pid);
        {
            base::MutexLock lock(record->output_mutex);
            if (record->output >= 0) {
                epoll_event event{};
                event.events = EPOLLIN;
                event.data.u64 = record->id;
                ::epoll_ctl(poll_, EPOLL_CTL_ADD, record->output, &event);
            }
        }
        record->events.started(std::unique_ptr<base::Child>(new Handle(*this, record)));
        return true;
    }
    if (report.kind == ChildReportKind::failed) {
        {
            base::MutexLock lock(mutex_);
            records_.erase(record->id);
            changed_.notify_all();
        }
        auto error = make_error(report.error, "cannot start a child process", report.step);
        error.kind = base::ErrorKind::io;
        record->events.started(std::move(error));
        return true;
    }
    base::ChildExit exit;
    if (WIFEXITED(report.status)) {
        exit.exit_code = WEXITSTATUS(report.status);
    } else if (WIFSIGNALED(report.status)) {
        exit.signal = WTERMSIG(report.status);
    }
    exit.peak_resident_bytes = report.peak_resident_bytes;
    exit.user_us = report.user_us;
    exit.system_us = report.system_us;
    finish(record, exit);
    return true;
}

void Spawner::finish(const std::shared_ptr<Record>& record, const base::ChildExit& exit) {
    record->exited.store(true);
    if (record->events.output) {
        record->read_output(16 * drain_bytes_max, false);
        base::MutexLock lock(record->output_mutex);
        record->close_output();
    }
    base::ChildExit told = exit;
    told.memory_exceeded = record->exceeded.load();
    if (record->events.exited) record->events.exited(told);
    // Nothing is called any more. The callbacks often hold what holds the child's handle, and so
    // us.
    base::ChildEvents done;
    {
        base::MutexLock lock(record->output_mutex);
        done = std::move(record->events);
    }
    base::MutexLock lock(mutex_);
    records_.erase(record->id);
    changed_.notify_all();
}

// The spawner process ended: its children died with it.
void Spawner::fail_all() {
    std::vector<std::shared_ptr<Record>> left;
    {
        base::MutexLock lock(mutex_);
        lost_ = true;
        for (const auto& [id, record] : records_)
            left.push_back(record);
    }
    if (!stopping_.load()) log_->error("the spawner process ended; no child can be started");
    for (const auto& record : left) {
        if (record->pid.load() == 0) {
            {
                base::MutexLock lock(mutex_);
                if (records_.erase(record->id) == 0) continue;
            }
            record->events.started(
                base::Error{base::ErrorKind::unavailable, "the spawner process ended", ""});
        } else {
            base::ChildExit killed;
            killed.signal = SIGKILL;
            finish(record, killed);
        }
    }
    base::MutexLock lock(mutex_);
    changed_.notify_all();
}

}  // namespace os
