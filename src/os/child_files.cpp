#include "os/child_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "os/errors.h"

namespace os {
namespace {

// A function may make directories as deep as it likes; we go down this far, then say so.
constexpr int tree_depth_max = 200;

int remove_below(int parent, const char* name, int depth) {
    if (depth > tree_depth_max) return ELOOP;
    if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
    if (errno != EISDIR && errno != EPERM && errno != EACCES) return errno;
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int descriptor = ::openat(parent, name, flags);
    if (descriptor < 0 && errno == EACCES) {
        // Its owner took its own rights away; when that owner is us we may give them back.
        ::fchmodat(parent, name, 0700, 0);
        descriptor = ::openat(parent, name, flags);
    }
    if (descriptor < 0) return errno;
    ::fchmod(descriptor, 0700);  // to be allowed to remove what is in it
    DIR* directory = ::fdopendir(descriptor);
    if (directory == nullptr) {
        const int error = errno;
        ::close(descriptor);
        return error;
    }
    int failed = 0;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view entry_name = entry->d_name;
        if (entry_name == "." || entry_name == "..") continue;
        const int error = remove_below(::dirfd(directory), entry->d_name, depth + 1);
        if (error != 0) failed = error;
    }
    ::closedir(directory);
    if (failed != 0) return failed;
    return ::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

}  // namespace

base::Result<void> ChildFiles::make_directory(const std::string& path, std::uint32_t mode,
                                              std::optional<std::uint32_t> user_id) {
    if (::mkdir(path.c_str(), 0700) != 0) return make_error(errno, "cannot make directory", path);
    // After mkdir, because the umask takes bits away there.
    if (::chmod(path.c_str(), mode) != 0) return make_error(errno, "cannot set mode", path);
    if (user_id && ::lchown(path.c_str(), *user_id, *user_id) != 0) {
        return make_error(errno, "cannot change owner", path);
    }
    return base::ok();
}

base::Result<void> ChildFiles::claim_directory(const std::string& path, std::uint32_t mode) {
    auto made = make_directory(path, mode, {});
    if (made.has_value() || made.error().kind != base::ErrorKind::already_exists) return made;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return make_error(errno, "cannot look at", path);
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 022) != 0) {
        return base::Error{base::ErrorKind::invalid, "the directory belongs to somebody else",
                           path};
    }
    if (::chmod(path.c_str(), mode) != 0) return make_error(errno, "cannot set mode", path);
    return base::ok();
}

base::Result<void> ChildFiles::write_file(const std::string& path, std::string_view bytes,
                                          std::uint32_t mode) {
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) return make_error(errno, "cannot make file", path);
    int error = 0;
    while (!bytes.empty()) {
        const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) {
            error = errno;
            break;
        }
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    if (error == 0 && ::fchmod(descriptor, mode) != 0) error = errno;
    if (::close(descriptor) != 0 && error == 0) error = errno;
    if (error != 0) return make_error(error, "cannot write file", path);
    return base::ok();
}

base::Result<void> ChildFiles::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return make_error(errno, "cannot rename", to);
    return base::ok();
}

bool ChildFiles::exists(const std::string& path) const {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

base::Result<std::vector<std::string>> ChildFiles::list(const std::string& path) const {
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) return make_error(errno, "cannot list directory", path);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(directory);
    return names;
}

base::Result<void> ChildFiles::remove_tree(const std::string& path) {
    const int error = remove_below(AT_FDCWD, path.c_str(), 0);
    if (error != 0) return make_error(error, "cannot remove directory", path);
    return base::ok();
}

}  // namespace os
