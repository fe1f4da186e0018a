// Child processes, injected: os::Spawner starts real ones. Functions and the SQL engine are
// children; whoever runs them sees only these interfaces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"

namespace base {

struct ChildLimits {
    // 0 is no limit, except where noted.
    // Memory in use by the child and its descendants, sampled while Child::watch is on; beyond it
    // the whole group is killed and ChildExit::memory_exceeded says so.
    std::uint64_t resident_bytes_max = 0;
    std::uint64_t data_bytes_max = 0;     // RLIMIT_DATA: heap and private writable mappings
    std::uint64_t address_bytes_max = 0;  // RLIMIT_AS
    std::uint64_t file_bytes_max = 0;     // RLIMIT_FSIZE: the size of any one file it writes
    std::uint64_t open_files_max = 1024;  // RLIMIT_NOFILE
    // RLIMIT_NPROC. Counted per user, so applied only together with `user_id`.
    std::uint64_t processes_max = 0;
};

// A descriptor of ours that the child gets under the number `target`.
struct ChildDescriptor {
    int descriptor = -1;
    int target = 3;
};
inline constexpr std::size_t child_descriptors_max = 16;

// What the child may touch in the file system, by Landlock; everything else is out of its reach.
// Paths that do not exist are skipped. On kernels without Landlock it is not applied (see
// ChildSpawner::restricts_files).
struct ChildFileAccess {
    std::vector<std::string> read;   // read and execute, with everything below
    std::vector<std::string> write;  // read, write, make and remove, with everything below
    bool no_tcp = false;             // neither connect nor bind (Linux 6.7 and later)
};

struct ChildOptions {
    std::string program;                   // path of an executable file
    std::vector<std::string> arguments;    // argv, from argv[0] on
    std::vector<std::string> environment;  // "NAME=value"; nothing is inherited
    std::string working_directory;
    // Run as this user and the group of the same number, without other groups. Only when
    // ChildSpawner::separate_users().
    std::optional<std::uint32_t> user_id = {};
    ChildLimits limits = {};
    // The caller keeps its own copies and may close them as soon as spawn returned.
    std::vector<ChildDescriptor> descriptors = {};
    // Standard output and standard error, in the order written, go to `output`. Otherwise they go
    // to /dev/null unless `descriptors` has targets 1 and 2. Standard input is empty.
    bool capture_output = false;
    // A directory that the child sees as /tmp, in a mount namespace of its own. Where the kernel
    // does not allow that, /tmp stays what it is (and out of reach with `files`). "" for none.
    std::string private_tmp = {};
    std::optional<ChildFileAccess> files = {};
};

struct ChildExit {
    int exit_code = -1;  // -1 when a signal ended it
    int signal = 0;      // 0 when it exited by itself
    std::uint64_t peak_resident_bytes = 0;
    std::int64_t user_us = 0;
    std::int64_t system_us = 0;
    bool memory_exceeded = false;  // killed for limits.resident_bytes_max
};

// A running child: its own session, so its own process group. Destroying the handle kills the
// group; `exited` is still called. Any thread.
class Child {
  public:
    virtual ~Child() = default;
    virtual int pid() const = 0;
    // SIGKILL (or `signal`) to the whole group. Nothing happens when it is gone already.
    virtual void kill(int signal = 9) = 0;
    // Hand everything it has written so far to `output`, on this thread. Do not hold a lock that
    // `output` takes.
    virtual void drain_output() = 0;
    // Sample memory while on (see ChildLimits). Off at first.
    virtual void watch(bool on) = 0;
    // Most memory it had so far (VmHWM), 0 when unknown.
    virtual std::uint64_t peak_resident_bytes() const = 0;
};

// Called on the spawner's own thread (output also by drain_output): must not block, may take
// short locks. Order: started, then any number of output, then exited.
struct ChildEvents {
    // The child executes its program now, or why it does not: io with os_error of the exec
    // (ENOENT, EACCES, ENOEXEC, …) and the failed step in the context, unavailable, invalid.
    // After an error nothing else is called.
    UniqueFunction<void(Result<std::unique_ptr<Child>>)> started;
    // 1..65,536 bytes. Returns for how many ms to read no further: the child blocks when its pipe
    // is full, so a flood costs no memory. Null when output is not captured.
    UniqueFunction<std::int64_t(std::string_view)> output;
    // Once, after the last output. Null when nobody asks.
    UniqueFunction<void(const ChildExit&)> exited;
};

class ChildSpawner {
  public:
    virtual ~ChildSpawner() = default;
    // Start a child. Returns at once; any thread.
    virtual void spawn(const ChildOptions& options, ChildEvents events) = 0;
    virtual bool separate_users() const = 0;   // children can have users of their own: we are root
    virtual bool restricts_files() const = 0;  // the kernel has Landlock
};

// The files children use. Unlike base::FileSystem they have modes and owners; nothing here is
// durable. Paths absolute.
class ChildFiles {
  public:
    virtual ~ChildFiles() = default;
    // Made with exactly this mode, owned by `user_id` when given; the parent must exist.
    virtual Result<void> make_directory(const std::string& path, std::uint32_t mode,
                                        std::optional<std::uint32_t> user_id = {}) = 0;
    // The same, or it exists and is ours alone: a real directory, owned by us, not writable by
    // others. invalid when it is somebody else's (a name in a shared directory may be taken).
    virtual Result<void> claim_directory(const std::string& path, std::uint32_t mode) = 0;
    // Must not exist.
    virtual Result<void> write_file(const std::string& path, std::string_view bytes,
                                    std::uint32_t mode) = 0;
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual bool exists(const std::string& path) const = 0;
    // Names in a directory; not_found when it is absent.
    virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;
    // With everything below; never follows a link. Success when it is absent.
    virtual Result<void> remove_tree(const std::string& path) = 0;
};

}  // namespace base
