// Where the key set of an authorization server is read: a file, or a URL over HTTPS (plain HTTP
// only on this machine).
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "base/file_system.h"
#include "base/result.h"

namespace mcp {

// The text of the key set. Waits for it; a wait ends soon after `stopped` is true. Any thread, one
// at a time.
using KeySource = std::function<base::Result<std::string>(const std::atomic<bool>& stopped)>;

// `place`: "https://…", "http://127.0.0.1…", or a path. `files` outlives the source.
//   errors  invalid: a URL that is none, or that anybody on the way could answer
base::Result<KeySource> make_key_source(const std::string& place, base::FileSystem& files);
// The same, without making it.
base::Result<void> check_key_place(const std::string& place);

}  // namespace mcp
