// The deployment package: reads a zip strictly. What AWS would unpack and we would not is refused
// with a reason, never skipped.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lambda {

inline constexpr std::uint64_t unzipped_bytes_max = 262'144'000;
inline constexpr std::uint64_t zip_bytes_max = 262'144'000;
inline constexpr std::size_t zip_entries_max = 20'000;
inline constexpr std::size_t zip_path_bytes_max = 1024;
inline constexpr std::size_t zip_path_depth_max = 64;

struct ZipEntry {
    std::string path;  // relative, no "." or ".." parts, without trailing slash
    bool directory = false;
    std::uint32_t mode = 0;  // permission bits, as the zip has them: 0 from zips without
    std::string bytes;
};

// Visit everything in the zip, in its order, one entry in memory at a time. What was visited before
// an error is to be thrown away.
//   errors  those of `visit`, and
//          invalid     not a readable zip (damaged, encrypted, an unknown method)
//           unsupported with the reason: a link or device, a path that leaves the directory, twice
//                       the same path, a file that is also a directory
//           limit       more than unzipped_bytes_max when unpacked, or too many entries. Nothing
//                       beyond the limit is ever held in memory: zip bombs end here
base::Result<void> read_zip(std::string_view zip,
                            const std::function<base::Result<void>(const ZipEntry&)>& visit);

}  // namespace lambda
