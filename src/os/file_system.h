// The kernel's files. Directories are made 0700 and files 0600: everything under a data directory
// belongs to one user. Descriptors are close-on-exec.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace os {

// Any thread. Errors as os::make_error gives them.
class PosixFileSystem final : public base::FileSystem {
  public:
    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override;
    base::Result<void> remove(const std::string& path) override;
    base::Result<void> rename(const std::string& from, const std::string& to) override;
    base::Result<void> make_directory(const std::string& path) override;
    base::Result<void> remove_directory(const std::string& path) override;
    base::Result<std::vector<std::string>> list(const std::string& path) const override;
    base::Result<base::FileStatus> status(const std::string& path) const override;
    base::Result<void> sync_directory(const std::string& path) override;
    // flock on `path` (made when absent), with our process id as its text for whoever looks. The
    // file stays when the lock goes. unavailable names the process that holds it.
    base::Result<std::unique_ptr<base::FileLock>> lock(const std::string& path) override;
    base::Result<base::DiskSpace> space(const std::string& path) const override;
};

}  // namespace os
