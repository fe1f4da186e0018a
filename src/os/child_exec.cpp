#include "os/child_exec.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace os {
namespace {

// The layouts of Landlock's version 4, for headers that are older.
struct RulesetAttributes {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
};
constexpr std::uint64_t landlock_truncate = 1ULL << 14;
constexpr std::uint64_t landlock_tcp = 3;  // bind and connect

constexpr std::uint64_t access_read =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t access_file = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                      LANDLOCK_ACCESS_FS_WRITE_FILE | landlock_truncate;

[[noreturn]] void fail_with(int keep, const char* step) {
    ChildFailure failure;
    failure.error = errno;
    std::snprintf(failure.step, sizeof failure.step, "%s", step);
    // The reader takes what it gets; a short write cannot happen in a pipe of this size.
    if (::write(keep, &failure, sizeof failure) < 0) ::_exit(126);
    ::_exit(127);
}

void limit(int keep, int resource, std::uint64_t value) {
    rlimit bound{value, value};
    // Raising above our own hard limit needs root: then the hard limit is what there is.
    rlimit current{};
    if (::getrlimit(static_cast<__rlimit_resource>(resource), &current) == 0 &&
        current.rlim_max < value) {
        bound = {current.rlim_max, current.rlim_max};
    }
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &bound) != 0) {
        fail_with(keep, "setrlimit");
    }
}

void apply_limits(const base::ChildOptions& options, int keep) {
    const base::ChildLimits& limits = options.limits;
    limit(keep, RLIMIT_CORE, 0);
    if (limits.data_bytes_max > 0) limit(keep, RLIMIT_DATA, limits.data_bytes_max);
    if (limits.address_bytes_max > 0) limit(keep, RLIMIT_AS, limits.address_bytes_max);
    if (limits.file_bytes_max > 0) limit(keep, RLIMIT_FSIZE, limits.file_bytes_max);
    if (limits.open_files_max > 0) limit(keep, RLIMIT_NOFILE, limits.open_files_max);
    if (limits.processes_max > 0 && options.user_id) {
        limit(keep, RLIMIT_NPROC, limits.processes_max);
    }
}

// Put each descriptor under its number and close everything else.
void arrange_descriptors(const ChildCommand& command, std::vector<int> descriptors, int& keep) {
    int above = 64;  // over every target and everything that is open now
    for (const int target : command.targets)
        above = std::max(above, target + 1);
    keep = ::fcntl(keep, F_DUPFD_CLOEXEC, above);
    if (keep < 0) ::_exit(126);
    for (int& descriptor : descriptors) {
        descriptor = ::fcntl(descriptor, F_DUPFD_CLOEXEC, above);
        if (descriptor < 0) fail_with(keep, "dup");
    }
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) fail_with(keep, "open /dev/null");
    const int null_high = ::fcntl(null, F_DUPFD_CLOEXEC, above);
    // From here on the low numbers are ours to fill.
    ::syscall(SYS_close_range, 0U, static_cast<unsigned>(above - 1), 0U);
    for (int standard = 0; standard < 3; ++standard) {
        if (::dup2(null_high, standard) < 0) fail_with(keep, "dup2");
    }
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
        if (::dup2(descriptors[i], command.targets[i]) < 0) fail_with(keep, "dup2");
    }
    if (::syscall(SYS_close_range, static_cast<unsigned>(above), ~0U,
                  static_cast<unsigned>(4 /* CLOSE_RANGE_CLOEXEC */)) != 0) {
        fail_with(keep, "close_range");
    }
}

void add_path(int ruleset, const std::string& path, std::uint64_t access, std::uint64_t handled,
              int keep) {
    const int descriptor = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno == ENOENT || errno == EACCES || errno == ENOTDIR) return;
        fail_with(keep, "open sandbox path");
    }
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) fail_with(keep, "fstat");
    if (!S_ISDIR(status.st_mode)) access &= access_file;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = access & handled;
    rule.parent_fd = descriptor;
    if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
        fail_with(keep, "landlock_add_rule");
    }
    ::close(descriptor);
}

bool write_text(const char* path, const std::string& text) {
    const int descriptor = ::open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool whole =
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(descriptor);
    return whole;
}

// Become able to mount: as root by right, otherwise as ourselves in a user namespace. exec takes
// that ability away again.
bool own_mounts(int keep) {
    if (::geteuid() == 0) return ::unshare(CLONE_NEWNS) == 0;
    const std::string user = std::to_string(::geteuid());
    const std::string group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    // From here on there is no way back to being nobody's user in particular.
    if (!write_text("/proc/self/setgroups", "deny") ||
        !write_text("/proc/self/uid_map", user + " " + user + " 1") ||
        !write_text("/proc/self/gid_map", group + " " + group + " 1")) {
        fail_with(keep, "user namespace");
    }
    return true;
}

// Put `directory` over /tmp for this process only. False where the kernel does not allow it.
bool mount_private_tmp(const std::string& directory, int keep) {
    return own_mounts(keep) && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount(directory.c_str(), "/tmp", nullptr, MS_BIND, nullptr) == 0;
}

// The ruleset is made before the user changes, so that its paths need not be reachable by it.
int make_ruleset(const base::ChildFileAccess& files, bool tmp_is_own, int keep) {
    const int version = landlock_version();
    if (version == 0) return -1;
    std::uint64_t handled = (1ULL << 13) - 1;  // everything of version 1
    if (version >= 2) handled |= 1ULL << 13;   // refer
    if (version >= 3) handled |= landlock_truncate;
    RulesetAttributes attributes{handled, files.no_tcp && version >= 4 ? landlock_tcp : 0};
    const std::size_t size = version >= 4 ? sizeof attributes : sizeof attributes.handled_access_fs;
    const auto ruleset =
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0U));
    if (ruleset < 0) fail_with(keep, "landlock_create_ruleset");
    for (const auto& path : files.read)
        add_path(ruleset, path, access_read, handled, keep);
    for (const auto& path : files.write)
        add_path(ruleset, path, handled, handled, keep);
    if (tmp_is_own) add_path(ruleset, "/tmp", handled, handled, keep);
    for (const char* device :
         {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"}) {
        add_path(ruleset, device, access_file, handled, keep);
    }
    return ruleset;
}

void change_user(std::uint32_t user_id, int keep) {
    if (::setgroups(0, nullptr) != 0) fail_with(keep, "setgroups");
    if (::setresgid(user_id, user_id, user_id) != 0) fail_with(keep, "setresgid");
    if (::setresuid(user_id, user_id, user_id) != 0) fail_with(keep, "setresuid");
}

void reset_signals() {
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// When memory runs out the kernel should take a child, not the server. Raising is always allowed.
void prefer_for_oom() {
    const int descriptor = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    if (::write(descriptor, "500", 3) < 0) { /* best effort */
    }
    ::close(descriptor);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const auto& text : texts)
        out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

}  // namespace

int landlock_version() {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0UL, 1U);
    return version > 0 ? static_cast<int>(version) : 0;
}

void execute_child(const ChildCommand& command, std::vector<int> descriptors, int keep,
                   int parent) {
    const base::ChildOptions& options = command.options;
    const auto arguments = pointers(options.arguments);
    const auto environment = pointers(options.environment);
    reset_signals();
    ::umask(022);
    if (::setsid() < 0) fail_with(keep, "setsid");
    prefer_for_oom();
    arrange_descriptors(command, std::move(descriptors), keep);
    const bool tmp_is_own =
        !options.private_tmp.empty() && mount_private_tmp(options.private_tmp, keep);
    const int ruleset = options.files ? make_ruleset(*options.files, tmp_is_own, keep) : -1;
    apply_limits(options, keep);
    if (options.user_id) change_user(*options.user_id, keep);
    // After the user changed: a change of user clears it.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail_with(keep, "prctl");
    if (::getppid() != parent) ::_exit(127);
    if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0) {
        fail_with(keep, "chdir");
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail_with(keep, "no_new_privs");
    if (ruleset >= 0) {
        if (::syscall(SYS_landlock_restrict_self, ruleset, 0U) != 0) {
            fail_with(keep, "landlock_restrict_self");
        }
        ::close(ruleset);
    }
    ::execve(options.program.c_str(), arguments.data(), environment.data());
    fail_with(keep, "exec");
}

}  // namespace os
