#include "os/child_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <map>

#include "os/child_exec.h"
#include "os/child_message.h"

namespace os {
namespace {

class Loop {
  public:
    explicit Loop(int socket) : socket_(socket), buffer_(child_message_bytes_max, '\0') {}

    void run() {
        const int signals = prepare();
        for (;;) {
            pollfd waits[2] = {{socket_, POLLIN, 0}, {signals, POLLIN, 0}};
            if (::poll(waits, 2, -1) < 0 && errno != EINTR) break;
            if ((waits[1].revents & POLLIN) != 0) {
                signalfd_siginfo info;
                while (::read(signals, &info, sizeof info) > 0) {
                }
                reap();
            }
            if (waits[0].revents != 0 && !take_command()) break;
        }
        for (const auto& [pid, id] : ids_)
            ::kill(-pid, SIGKILL);
        ids_.clear();
        pids_.clear();
        end_orphans();
    }

  private:
    int prepare() {
        ::prctl(PR_SET_NAME, "ds-spawner");
        // Orphans of children come to us, so that none escapes by losing its parent.
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        // A terminal's Ctrl-C is the server's business: it drains, then closes the socket.
        ::setsid();
        ::signal(SIGPIPE, SIG_IGN);
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &child, nullptr);
        return ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    }

    // False when the server is gone.
    bool take_command() {
        std::vector<int> descriptors;
        iovec part{buffer_.data(), buffer_.size()};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * (base::child_descriptors_max + 2))];
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t size = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
        if (size < 0) return errno == EINTR || errno == EAGAIN;
        if (size == 0) return false;
        for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
             header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
            const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            descriptors.resize(count);
            std::memcpy(descriptors.data(), CMSG_DATA(header), count * sizeof(int));
        }
        ChildCommand command;
        const bool known =
            decode(std::string_view(buffer_.data(), static_cast<std::size_t>(size)), command);
        if (known && command.kind == ChildCommandKind::kill) {
            const auto found = pids_.find(command.id);
            if (found != pids_.end()) ::kill(-found->second, command.signal);
        } else if (known) {
            start(command, descriptors);
        }
        for (const int descriptor : descriptors)
            ::close(descriptor);
        return known;
    }

    void start(const ChildCommand& command, const std::vector<int>& descriptors) {
        if (descriptors.size() != command.targets.size()) {
            return fail(command.id, EMFILE, "pass descriptors");
        }
        int failure_pipe[2];
        if (::pipe2(failure_pipe, O_CLOEXEC) != 0) return fail(command.id, errno, "pipe");
        const int self = ::getpid();
        const int pid = ::fork();
        if (pid == 0) execute_child(command, descriptors, failure_pipe[1], self);
        const int fork_error = errno;
        ::close(failure_pipe[1]);
        if (pid < 0) {
            ::close(failure_pipe[0]);
            return fail(command.id, fork_error, "fork");
        }
        // Ends when the program runs (the pipe closes on exec) or its set-up failed.
        ChildFailure failure;
        ssize_t got = 0;
        do {
            got = ::read(failure_pipe[0], &failure, sizeof failure);
        } while (got < 0 && errno == EINTR);
        ::close(failure_pipe[0]);
        if (got == sizeof failure) {
            ::waitpid(pid, nullptr, 0);
            failure.step[sizeof failure.step - 1] = '\0';
            return fail(command.id, failure.error, failure.step);
        }
        ids_[pid] = command.id;
        pids_[command.id] = pid;
        ChildReport report;
        report.kind = ChildReportKind::started;
        report.id = command.id;
        report.pid = pid;
        send(report);
    }

    void fail(std::uint64_t id, int error, const char* step) {
        ChildReport report;
        report.kind = ChildReportKind::failed;
        report.id = id;
        report.error = error;
        report.step = step;
        send(report);
    }

    void send(const ChildReport& report) {
        const std::string bytes = encode(report);
        while (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0 && errno == EINTR) {
        }
    }

    void reap() {
        bool ended = false;
        for (;;) {
            siginfo_t info{};
            // Look first: while the leader is a zombie its number cannot be another group's.
            if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
                break;
            }
            const int pid = info.si_pid;
            const auto found = ids_.find(pid);
            if (found != ids_.end()) ::kill(-pid, SIGKILL);
            int status = 0;
            rusage usage{};
            ::wait4(pid, &status, 0, &usage);
            if (found == ids_.end()) continue;
            ChildReport report;
            report.kind = ChildReportKind::exited;
            report.id = found->second;
            report.pid = pid;
            report.status = status;
            report.peak_resident_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
            report.user_us = usage.ru_utime.tv_sec * 1'000'000 + usage.ru_utime.tv_usec;
            report.system_us = usage.ru_stime.tv_sec * 1'000'000 + usage.ru_stime.tv_usec;
            pids_.erase(found->second);
            ids_.erase(found);
            send(report);
            ended = true;
        }
        if (ended) end_orphans();
    }

    // Kill what was reparented to us and belongs to no living group: it left its session and
    // outlived its parents.
    void end_orphans() {
        const std::string self = std::to_string(::getpid());
        std::ifstream children("/proc/self/task/" + self + "/children");
        int pid = 0;
        while (children >> pid) {
            const int group = ::getpgid(pid);
            if (group > 0 && ids_.contains(group)) continue;
            ::kill(group == pid ? -pid : pid, SIGKILL);
        }
    }

    int socket_;
    std::string buffer_;
    std::map<int, std::uint64_t> ids_;   // of living groups, by the pid of their leader
    std::map<std::uint64_t, int> pids_;  // the same, the other way
};

}  // namespace

void run_spawner(int socket) {
    // Nothing else of the server may stay open here.
    const int kept = ::fcntl(socket, F_DUPFD_CLOEXEC, 3);
    if (kept > 3) ::syscall(SYS_close_range, 3U, static_cast<unsigned>(kept - 1), 0U);
    ::syscall(SYS_close_range, static_cast<unsigned>(kept + 1), ~0U, 0U);
    {
        Loop loop(kept);
        loop.run();
    }
    ::_exit(0);
}

}  // namespace os
