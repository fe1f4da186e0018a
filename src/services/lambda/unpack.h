// Unpacks a zip into a directory of files for child processes.
#pragma once

#include <string>
#include <string_view>

#include "base/child_process.h"
#include "base/result.h"

namespace lambda {

// Make the directory `path` with what is in `zip`, whole or not at all; what an earlier attempt
// left at `path`.part goes first. Files are readable by every user, executable where the zip says
// so and writable by nobody, because processes share them. `path` must not exist, its parent must.
//   errors  those of read_zip; those of `files`
base::Result<void> unpack_zip(base::ChildFiles& files, const std::string& path,
                              std::string_view zip);

}  // namespace lambda
