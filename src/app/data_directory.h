// The data directory: one process at a time, a manifest that says which format it has, and the
// keys.
//
//   FORMAT        version and feature bits (docs/formats/data_directory.md)
//   LOCK          held by the running process, holds its pid
//   keys/master   32 random bytes, 0600: wraps every data key
//   keys/root     access key id and secret of the root user, 0600
//   meta/ streams/ objects/ logs/ delivery/ functions/ run/   of the parts they are named after
#pragma once

#include <memory>
#include <string>

#include "base/file_system.h"
#include "base/random.h"
#include "base/result.h"
#include "segment_log/segment_log.h"

namespace app {

inline constexpr std::uint32_t format_version = 1;

struct RootKeys {
    std::string access_key_id;
    std::string secret_access_key;
};

class DataDirectory {
  public:
    // Make it when absent, take the lock, check FORMAT.
    //   errors  unavailable (another process holds it), unsupported (a newer format or an unknown
    //           feature), corrupt (FORMAT or a key file is damaged), io
    static base::Result<std::unique_ptr<DataDirectory>> open(base::FileSystem& files,
                                                             base::Random& random,
                                                             const std::string& path);

    const std::string& path() const { return path_; }
    // The path of a part's folder, made when absent.
    base::Result<std::string> folder(const std::string& name);
    const segment_log::MasterKey& master_key() const { return master_key_; }
    const RootKeys& root_keys() const { return root_keys_; }

  private:
    DataDirectory(base::FileSystem& files, std::string path)
        : files_(files), path_(std::move(path)) {}
    base::Result<void> check_format();
    base::Result<void> load_master_key(base::Random& random);
    base::Result<void> load_root_keys(base::Random& random);

    base::FileSystem& files_;
    std::string path_;
    std::unique_ptr<base::FileLock> lock_;
    segment_log::MasterKey master_key_;
    RootKeys root_keys_;
};

// The root keys without the lock, for the verbs that talk to a running server.
base::Result<RootKeys> read_root_keys(base::FileSystem& files, const std::string& data_directory);

}  // namespace app
