#include "os/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "os/disk_wait.h"
#include "os/errors.h"

namespace os {

namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t directory_mode = 0700;

// Calls again while a signal interrupts.
template <class F>
auto retry(F&& call) {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

// A descriptor that closes itself.
class OpenFile {
  public:
    explicit OpenFile(int fd) : fd_(fd) {}
    ~OpenFile() {
        if (fd_ >= 0) ::close(fd_);
    }
    OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    OpenFile& operator=(OpenFile&&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

class PosixFile final : public base::File {
  public:
    PosixFile(OpenFile fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t count = retry([&] {
                return ::pread(fd_.get(), out.data() + done, out.size() - done,
                               static_cast<off_t>(offset + done));
            });
            if (count < 0) return make_error(errno, "cannot read", path_);
            if (count == 0) break;
            done += static_cast<std::size_t>(count);
        }
        return done;
    }

    base::Result<void> write_at(std::uint64_t offset,
                                std::span<const std::string_view> parts) override {
        std::vector<iovec> vectors;
        vectors.reserve(parts.size());
        for (const std::string_view part : parts) {
            if (part.empty()) continue;
            vectors.push_back({const_cast<char*>(part.data()), part.size()});  // only read
        }
        std::size_t first = 0;
        while (first < vectors.size()) {
            const auto count = std::min<std::size_t>(vectors.size() - first, IOV_MAX);
            const ssize_t written = retry([&] {
                return ::pwritev(fd_.get(), &vectors[first], static_cast<int>(count),
                                 static_cast<off_t>(offset));
            });
            if (written < 0) return make_error(errno, "cannot write", path_);
            if (written == 0) return make_error(EIO, "cannot write", path_);
            offset += static_cast<std::uint64_t>(written);
            first = skip(vectors, first, static_cast<std::size_t>(written));
        }
        return base::ok();
    }

    base::Result<void> sync_data() override {
        const DiskWait waiting;
        if (retry([&] { return ::fdatasync(fd_.get()); }) != 0) {
            return make_error(errno, "cannot sync", path_);
        }
        return base::ok();
    }

    base::Result<void> truncate(std::uint64_t size_bytes) override {
        if (retry([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size_bytes)); }) != 0) {
            return make_error(errno, "cannot truncate", path_);
        }
        return base::ok();
    }

    base::Result<void> allocate(std::uint64_t size_bytes) override {
        if (size_bytes == 0) return base::ok();
        const auto length = static_cast<off_t>(size_bytes);
        if (retry([&] { return ::fallocate(fd_.get(), 0, 0, length); }) == 0) return base::ok();
        if (errno != EOPNOTSUPP) return make_error(errno, "cannot reserve disk", path_);
        // This file system cannot reserve; a full disk then shows at the write.
        TRY(now_bytes, size());
        if (now_bytes >= size_bytes) return base::ok();
        return truncate(size_bytes);
    }

    base::Result<std::uint64_t> size() const override {
        struct stat info {};
        if (::fstat(fd_.get(), &info) != 0) return make_error(errno, "cannot stat", path_);
        return static_cast<std::uint64_t>(info.st_size);
    }

    int descriptor() const override { return fd_.get(); }

  private:
    // Drops `bytes` from the vectors at `first`; the index of the first one with something left.
    static std::size_t skip(std::vector<iovec>& vectors, std::size_t first, std::size_t bytes) {
        while (bytes > 0) {
            iovec& vector = vectors[first];
            if (bytes < vector.iov_len) {
                vector.iov_base = static_cast<char*>(vector.iov_base) + bytes;
                vector.iov_len -= bytes;
                break;
            }
            bytes -= vector.iov_len;
            ++first;
        }
        return first;
    }

    OpenFile fd_;
    std::string path_;
};

class PosixFileLock final : public base::FileLock {
  public:
    explicit PosixFileLock(OpenFile fd) : fd_(std::move(fd)) {}

  private:
    OpenFile fd_;  // closing it gives the lock back
};

int flags_of(base::OpenMode mode) {
    switch (mode) {
        case base::OpenMode::read:
            return O_RDONLY;
        case base::OpenMode::read_write:
            return O_RDWR;
        case base::OpenMode::create:
            return O_RDWR | O_CREAT;
        case base::OpenMode::create_new:
            return O_RDWR | O_CREAT | O_EXCL;
        case base::OpenMode::create_empty:
            return O_RDWR | O_CREAT | O_TRUNC;
    }
    return O_RDONLY;
}

}  // namespace

base::Result<std::unique_ptr<base::File>> PosixFileSystem::open(const std::string& path,
                                                                base::OpenMode mode) {
    OpenFile fd(retry([&] { return ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, file_mode); }));
    if (fd.get() < 0) return make_error(errno, "cannot open", path);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return make_error(errno, "cannot stat", path);
    if (S_ISDIR(info.st_mode)) return make_error(EISDIR, "cannot open", path);
    return std::unique_ptr<base::File>(std::make_unique<PosixFile>(std::move(fd), path));
}

base::Result<void> PosixFileSystem::remove(const std::string& path) {
    if (::unlink(path.c_str()) != 0) return make_error(errno, "cannot remove", path);
    return base::ok();
}

base::Result<void> PosixFileSystem::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return make_error(errno, "cannot rename", from);
    return base::ok();
}

base::Result<void> PosixFileSystem::make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), directory_mode) != 0) {
        return make_error(errno, "cannot make directory", path);
    }
    return base::ok();
}

base::Result<void> PosixFileSystem::remove_directory(const std::string& path) {
    if (::rmdir(path.c_str()) != 0) return make_error(errno, "cannot remove directory", path);
    return base::ok();
}

base::Result<std::vector<std::string>> PosixFileSystem::list(const std::string& path) const {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
    if (!directory) return make_error(errno, "cannot list", path);
    std::vector<std::string> names;
    while (true) {
        errno = 0;
        const dirent* entry = ::readdir(directory.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return make_error(errno, "cannot list", path);
    return names;
}

base::Result<base::FileStatus> PosixFileSystem::status(const std::string& path) const {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return make_error(errno, "cannot stat", path);
    base::FileStatus status;
    status.directory = S_ISDIR(info.st_mode);
    status.size_bytes = static_cast<std::uint64_t>(info.st_size);
    status.modified_ms = info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1'000'000;
    return status;
}

base::Result<void> PosixFileSystem::sync_directory(const std::string& path) {
    const OpenFile fd(
        retry([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (fd.get() < 0) return make_error(errno, "cannot open directory", path);
    const DiskWait waiting;
    if (retry([&] { return ::fsync(fd.get()); }) != 0) {
        return make_error(errno, "cannot sync directory", path);
    }
    return base::ok();
}

base::Result<std::unique_ptr<base::FileLock>> PosixFileSystem::lock(const std::string& path) {
    OpenFile fd(
        retry([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode); }));
    if (fd.get() < 0) return make_error(errno, "cannot open lock file", path);
    if (retry([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0) {
        if (errno != EWOULDBLOCK) return make_error(errno, "cannot lock", path);
        char holder[24] = {};
        const ssize_t count = ::pread(fd.get(), holder, sizeof(holder) - 1, 0);
        std::string text(holder, count > 0 ? static_cast<std::size_t>(count) : 0);
        text = text.substr(0, text.find_first_not_of("0123456789"));
        return base::Error{base::ErrorKind::unavailable,
                           "held by process " + (text.empty() ? "unknown" : text), path,
                           EWOULDBLOCK};
    }
    const std::string text = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd.get(), 0) != 0 ||
        ::pwrite(fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return make_error(errno, "cannot write lock file", path);
    }
    return std::unique_ptr<base::FileLock>(std::make_unique<PosixFileLock>(std::move(fd)));
}

base::Result<base::DiskSpace> PosixFileSystem::space(const std::string& path) const {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) return make_error(errno, "cannot stat disk", path);
    return base::DiskSpace{static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize,
                           static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize};
}

}  // namespace os
