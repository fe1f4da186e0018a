// errno as base::Error, in one place.
#pragma once

#include <string>

#include "base/result.h"

namespace os {

// The Error for `os_error` (an errno value, kept in Error.os_error).
//   what     one sentence without full stop: "cannot open file"; the system's text is added
//   context  a path or an address
// ENOENT and ENOTDIR are not_found, EEXIST already_exists; a full disk, a used-up quota or
// descriptor table and a busy resource are unavailable; everything else is io.
base::Error make_error(int os_error, const std::string& what, const std::string& context);

}  // namespace os
