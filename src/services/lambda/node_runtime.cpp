#include "services/lambda/node_runtime.h"

#include "services/lambda/unpack.h"

namespace lambda {

std::vector<std::string> directories_of_path(const std::string& path) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at <= path.size()) {
        const auto colon = std::min(path.find(':', at), path.size());
        if (colon > at) out.push_back(path.substr(at, colon - at));
        at = colon + 1;
    }
    return out;
}

bool is_node_runtime(const std::string& runtime) {
    return runtime.starts_with("nodejs");
}

NodeRuntime::NodeRuntime(NodeOptions options, std::string directory, base::FileSystem& file_system,
                         base::ChildFiles& files)
    : options_(std::move(options)),
      modules_(std::move(directory) + "/node_modules"),
      file_system_(file_system),
      files_(files) {}

base::Result<std::string> NodeRuntime::find_program() const {
    if (!options_.program.empty()) {
        const bool absolute = options_.program.starts_with('/');
        if (absolute && files_.exists(options_.program)) return options_.program;
        return base::Error{base::ErrorKind::not_found,
                           "nodejs functions run with the node that --node names, and " +
                               options_.program +
                               (absolute ? " does not exist." : " is not an absolute path."),
                           ""};
    }
    for (const auto& directory : options_.search_directories) {
        const std::string program = directory + "/node";
        if (directory.starts_with('/') && files_.exists(program)) return program;
    }
    return base::Error{base::ErrorKind::not_found,
                       "nodejs functions run with this machine's node, which is not in the PATH of "
                       "datastack: install it (apt-get install nodejs) or name it with --node.",
                       ""};
}

base::Result<NodeLaunch> NodeRuntime::open() {
    TRY(program, find_program());
    const NodeLaunch launch{std::move(program), modules_,
                            modules_ + "/@datastack/node-runtime/bootstrap.mjs"};
    base::MutexLock lock(mutex_);
    if (unpacked_ && files_.exists(launch.bootstrap)) return launch;
    auto zip = base::read_file(file_system_, options_.package, node_package_bytes_max);
    if (!zip && zip.error().kind == base::ErrorKind::not_found) {
        return base::Error{base::ErrorKind::not_found,
                           "nodejs functions run with the package datastack-node.zip, which is not "
                           "beside the program: make it with ./dev build.",
                           options_.package};
    }
    if (!zip) return zip.error();
    TRY_VOID(files_.remove_tree(modules_));
    const auto unpacked = unpack_zip(files_, modules_, zip.value());
    if (!unpacked && unpacked.error().kind != base::ErrorKind::io) {
        return base::Error{base::ErrorKind::not_found,
                           "nodejs functions run with the package datastack-node.zip, which is "
                           "damaged: make it again with ./dev build.",
                           unpacked.error().describe()};
    }
    TRY_VOID(unpacked);
    unpacked_ = true;
    return launch;
}

}  // namespace lambda
