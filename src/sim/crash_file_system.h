// A file system in memory that can lose its power. It remembers every change; from that, after()
// makes the disk as any crash could have left it, and crash_points() lists the crashes to try.
// It can also fail calls, run out of space, and lie about syncs (to prove that a test would see).
//
//   sim::CrashFileSystem files;
//   workload(files, [&](Ack ack) { acks.push_back({ack, files.operation_count()}); });
//   for (const sim::CrashPoint& point : files.crash_points({})) {
//       auto disk = files.after(point);
//       // recover from *disk: every ack with operation count <= point.operations must be there
//   }
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "sim/crash_journal.h"

namespace sim {

enum class Call {
    open,
    read,
    write,
    truncate,
    allocate,
    sync_data,
    sync_directory,
    rename,
    remove,
    make_directory,
    remove_directory,
    list,
    lock,
    count,
};

// Some call goes wrong.
struct Fault {
    Call call = Call::write;
    int os_error = 5;                // EIO; ENOSPC, EDQUOT and EMFILE become `unavailable`
    std::uint64_t after = 0;         // matching calls that still succeed
    std::uint64_t times = 1;         // how often it fails then
    std::string path_contains = {};  // only where the path contains this
    std::size_t written_bytes = 0;   // write: this much was written before the error
};

// Ways to make the file system lie, for tests that prove that lies are noticed.
struct Canaries {
    bool ignore_sync_data = false;
    bool ignore_sync_directory = false;
};

// What to try at each operation; see crash_points().
struct CrashPlan {
    std::size_t torn_lengths_max = SIZE_MAX;  // of each write, spread evenly
    std::size_t seeds = 8;                    // random survivals at each operation
    std::size_t first_operation = 0;
};

// Any thread. Directories exist from the root on only where made. "a" and "/a" are the same path.
class CrashFileSystem final : public base::FileSystem {
  public:
    static constexpr std::uint64_t journal_bytes_max = 2ULL << 30;  // past it writes fail (limit)

    // `clock` gives the files their modification times (0 without one). A file system without
    // `journal` is a plain one in memory: it forgets nothing and cannot crash.
    explicit CrashFileSystem(const base::Clock* clock = nullptr, bool journal = true);
    CrashFileSystem(State state, const base::Clock* clock);

    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override;
    base::Result<void> remove(const std::string& path) override;
    base::Result<void> rename(const std::string& from, const std::string& to) override;
    base::Result<void> make_directory(const std::string& path) override;
    base::Result<void> remove_directory(const std::string& path) override;
    base::Result<std::vector<std::string>> list(const std::string& path) const override;
    base::Result<base::FileStatus> status(const std::string& path) const override;
    base::Result<void> sync_directory(const std::string& path) override;
    base::Result<std::unique_ptr<base::FileLock>> lock(const std::string& path) override;
    base::Result<base::DiskSpace> space(const std::string& path) const override;

    // ---- faults ----
    void inject(Fault fault);
    void clear_faults();
    void set_capacity(std::uint64_t bytes);  // of all files together; default 1 TiB
    void set_canaries(Canaries canaries);
    // Flip bits of a stored byte, past all accounting: the disk rotted.
    void corrupt(const std::string& path, std::uint64_t offset, char mask);

    // ---- crashes ----
    // Changes so far. What was acknowledged at this count must survive a crash at or after it.
    std::size_t operation_count() const;
    std::string describe(std::size_t operation) const;
    std::vector<CrashPoint> crash_points(const CrashPlan& plan) const;
    // A fresh file system with what is left; it goes on with the same clock. This one is not
    // changed.
    std::unique_ptr<CrashFileSystem> after(const CrashPoint& point) const;

    // Calls made so far, failed ones included.
    std::uint64_t call_count(Call call) const;

  private:
    friend class CrashFile;
    friend class CrashLock;
    struct Place {
        NodeId directory = 0;
        std::string name;  // empty: the root itself
        NodeId node = 0;   // 0: no such name
    };

    base::Result<Place> find(const std::string& path) const REQUIRES(mutex_);
    base::Result<void> enter(Call call, const std::string& path) const REQUIRES(mutex_);
    base::Result<void> record(Operation operation) REQUIRES(mutex_);
    base::Result<void> reserve(const Node& node, std::uint64_t size, const std::string& path) const
        REQUIRES(mutex_);
    base::Result<NodeId> make_node(const Place& place, bool directory, const std::string& path)
        REQUIRES(mutex_);

    base::Result<std::size_t> read_file(const Node& node, const std::string& path,
                                        std::uint64_t offset, std::span<char> out) const;
    base::Result<void> write_file(NodeId id, Node& node, const std::string& path,
                                  std::uint64_t offset, std::span<const std::string_view> parts);
    base::Result<void> change_size(NodeId id, Node& node, const std::string& path, Call call,
                                   std::uint64_t size);
    base::Result<void> sync_file(NodeId id, const std::string& path);
    void unlock(const std::string& path);

    mutable base::Mutex mutex_;
    const base::Clock* clock_;
    bool journalled_;
    State before_;                  // when the journal began
    State now_ GUARDED_BY(mutex_);  // as the running program sees it
    std::vector<Operation> journal_ GUARDED_BY(mutex_);
    std::uint64_t journal_bytes_ GUARDED_BY(mutex_) = 0;
    std::uint64_t capacity_bytes_ GUARDED_BY(mutex_) = 1ULL << 40;
    Canaries canaries_ GUARDED_BY(mutex_);
    mutable std::vector<Fault> faults_ GUARDED_BY(mutex_);
    mutable std::array<std::uint64_t, static_cast<std::size_t>(Call::count)> calls_
        GUARDED_BY(mutex_) = {};
    std::set<std::string> locked_ GUARDED_BY(mutex_);
};

}  // namespace sim
