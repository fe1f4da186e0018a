// What a nodejs function runs with: this machine's node, and the package datastack-node.zip (AWS's
// runtime interface client, our bootstrap, the SDK) unpacked where node's search for modules ends
// up, in a node_modules directory above the functions' code. So `require` and `import` both find
// the SDK, after whatever a function brings itself.
#pragma once

#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "base/result.h"

namespace lambda {

inline constexpr std::uint64_t node_package_bytes_max = 64 * 1024 * 1024;

struct NodeOptions {
    std::string program;                               // "": the first `node` of search_directories
    std::vector<std::string> search_directories = {};  // absolute; others are passed over
    std::string package;                               // the path of datastack-node.zip
};

// The directories of a PATH.
std::vector<std::string> directories_of_path(const std::string& path);

bool is_node_runtime(const std::string& runtime);  // "nodejs22.x"

struct NodeLaunch {
    std::string program;
    std::string modules;    // the node_modules directory
    std::string bootstrap;  // the script to start
};

class NodeRuntime {
  public:
    // `directory` gets a node_modules directory; it is the parent of the code's directory.
    NodeRuntime(NodeOptions options, std::string directory, base::FileSystem& file_system,
                base::ChildFiles& files);

    // Find node and unpack the package, once a run and again when it is gone. Waits for the disk.
    //   errors  not_found: a sentence for whoever invoked the function, that says what to install;
    //           what reading and unpacking say
    base::Result<NodeLaunch> open();

  private:
    base::Result<std::string> find_program() const;

    const NodeOptions options_;
    const std::string modules_;
    base::FileSystem& file_system_;
    base::ChildFiles& files_;
    base::Mutex mutex_;  // also held while unpacking
    bool unpacked_ GUARDED_BY(mutex_) = false;
};

}  // namespace lambda
