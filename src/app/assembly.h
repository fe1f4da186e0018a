// A cloud assembly, as `cdk synth` leaves it: stacks in the order in which they can be deployed,
// their templates and assets. The build makes one of consolidated-data-stack (build/templates).
//   source  aws-cdk-lib, cloud-assembly-schema: manifest.json, <stack>.assets.json
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"

namespace app {

inline constexpr std::uint64_t assembly_file_bytes_max = 4 * 1024 * 1024;

struct AssemblyAsset {
    std::string path;  // of the file
    std::string bucket;
    std::string key;
    std::string role_arn;  // that may put it there
};

struct AssemblyStack {
    std::string name;
    std::string template_text;
    // Where the template, itself an asset, is to lie.
    std::string template_bucket;
    std::string template_key;
    std::vector<AssemblyAsset> assets;      // the template's among them
    std::vector<std::string> dependencies;  // names of stacks
};

// Account and region go into the places that an assembly leaves open for them.
struct AssemblyEnvironment {
    std::string account;
    std::string region;
};

// In deployment order: each stack after those that it depends on.
//   errors  not_found (no assembly there), invalid (no assembly that we understand: an asset that
//           must be zipped or built first, a circle of stacks), as reading files
base::Result<std::vector<AssemblyStack>> read_assembly(base::FileSystem& files,
                                                       const std::string& directory,
                                                       const AssemblyEnvironment& environment);

}  // namespace app
