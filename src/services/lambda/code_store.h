// Deployment packages: each zip is an object of the object store (durable, backed up, downloadable
// by a presigned URL, in a bucket that no account owns), and a directory it is unpacked in (a
// cache, deletable at any time).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "aws/fault.h"
#include "base/child_process.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "base/random.h"
#include "object_store/object_store.h"
#include "services/lambda/rows.h"

namespace lambda {

// Owns the buckets with deployment packages, so that the accounts of functions do not list them.
inline constexpr const char* code_account = "999999999999";

struct CodePackage {
    std::string id;
    std::string sha256;  // base64
    std::int64_t bytes = 0;
};

// A directory with unpacked code; shared by the processes that run in it.
class CodeDirectory {
  public:
    explicit CodeDirectory(std::string path) : path_(std::move(path)) {}
    ~CodeDirectory() {
        if (on_release_) on_release_();
    }
    CodeDirectory(const CodeDirectory&) = delete;
    CodeDirectory& operator=(const CodeDirectory&) = delete;
    const std::string& path() const { return path_; }

  private:
    friend class CodeStore;
    std::string path_;
    base::Task on_release_;  // by whoever drops the last reference
};

class CodeStore {
  public:
    // `directory` holds the unpacked code; it is made by start().
    CodeStore(std::string directory, object_store::ObjectStore& objects, base::ChildFiles& files,
              base::Random& random, base::Executor& executor, base::Log& log);

    // Remove what no function has (a crash between storing a zip and naming it).
    base::Result<void> start(const std::set<std::string>& ids);

    // Check, unpack and store a zip. Waits for the disk.
    aws::Reply<CodePackage> save(const std::string& account, const std::string& region,
                                 const std::string& function, std::string_view zip);
    // Check only.
    static aws::Reply<CodePackage> check(std::string_view zip);

    // The directory the code is in, unpacked again when it is gone. Waits for the disk.
    aws::Reply<std::shared_ptr<const CodeDirectory>> open(const FunctionRow& function);
    // The function does not use this code any more. The directory goes with its last user.
    void remove(const FunctionRow& function);

    // Where the zip is.
    static std::string bucket_name(const std::string& region);
    static std::string object_key(const FunctionRow& function);

  private:
    std::string directory_of(const std::string& id) const { return directory_ + "/" + id; }

    const std::string directory_;
    object_store::ObjectStore& objects_;
    base::ChildFiles& files_;
    base::Random& random_;
    base::Executor& executor_;
    base::Log& log_;
    base::Mutex mutex_;  // also held while unpacking: one at a time
    std::map<std::string, std::shared_ptr<CodeDirectory>> directories_ GUARDED_BY(mutex_);
};

}  // namespace lambda
