// Files, injected: os::PosixFileSystem in the program, sim::CrashFileSystem in crash tests.
// Paths are absolute or relative to the process; '/' separates. All calls block and may be made
// from any thread; one File may be read from many threads while one thread writes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

enum class OpenMode {
    read,          // must exist
    read_write,    // must exist
    create,        // read-write; made when absent, kept when present
    create_new,    // read-write; already_exists when present
    create_empty,  // read-write; truncated when present
};

class File {
  public:
    virtual ~File() = default;  // closes; unsynced bytes may be lost by a crash

    // Read up to out.size() bytes; fewer only at the end of the file.
    virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const = 0;
    // Write all bytes of all parts one after another, or fail. Extends the file where needed.
    virtual Result<void> write_at(std::uint64_t offset,
                                  std::span<const std::string_view> parts) = 0;
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) {
        return write_at(offset, std::span<const std::string_view>(&bytes, 1));
    }
    // fdatasync: contents (and the size needed to read them) are on disk when it returns. After a
    // failure the state of unsynced bytes is unknown: never retry as if nothing happened.
    virtual Result<void> sync_data() = 0;
    virtual Result<void> truncate(std::uint64_t size_bytes) = 0;
    // Reserve disk for [0, size_bytes); grows the file, new bytes read as zero.
    virtual Result<void> allocate(std::uint64_t size_bytes) = 0;
    virtual Result<std::uint64_t> size() const = 0;
    // The kernel's descriptor for sendfile and descriptor passing, -1 where there is none.
    virtual int descriptor() const = 0;
};

struct FileStatus {
    std::uint64_t size_bytes = 0;
    std::int64_t modified_ms = 0;
    bool directory = false;
};

struct DiskSpace {
    std::uint64_t total_bytes = 0;
    std::uint64_t free_bytes = 0;
};

// Held until destroyed or the process ends.
class FileLock {
  public:
    virtual ~FileLock() = default;
};

class FileSystem {
  public:
    virtual ~FileSystem() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    // Replaces `to` atomically. Durable only after sync_directory of the directories involved.
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void> make_directory(const std::string& path) = 0;    // parent must exist; 0700
    virtual Result<void> remove_directory(const std::string& path) = 0;  // must be empty
    // Names (not paths) in a directory, unordered, without "." and "..".
    virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;
    virtual Result<FileStatus> status(const std::string& path) const = 0;
    // Makes creations, removals and renames in `path` durable.
    virtual Result<void> sync_directory(const std::string& path) = 0;
    // unavailable when another process holds it.
    virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
    virtual Result<DiskSpace> space(const std::string& path) const = 0;
};

// Helpers over any FileSystem.

bool exists(const FileSystem& file_system, const std::string& path);
// make_directory for each missing parent and `path`; syncs each parent in which it made one.
Result<void> make_directories(FileSystem& file_system, const std::string& path);
// The whole file; limit when it is larger than `max_bytes`.
Result<std::string> read_file(FileSystem& file_system, const std::string& path,
                              std::uint64_t max_bytes);
// Durable atomic replacement: write `path`.tmp, sync, rename, sync the directory.
Result<void> replace_file(FileSystem& file_system, const std::string& path,
                          std::string_view contents);
// Everything before the last '/', "." when there is none.
std::string parent_directory(const std::string& path);

}  // namespace base
