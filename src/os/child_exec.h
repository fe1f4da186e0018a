// What happens in a new child between fork and exec: session, descriptors, limits, user, sandbox.
#pragma once

#include <vector>

#include "os/child_message.h"

namespace os {

struct ChildFailure {
    int error = 0;
    char step[24] = {};
};

// Become the program. Only in a process just forked by the single-threaded spawner (whose pid is
// `parent`).
//   descriptors  close-on-exec, one per command.targets
//   keep         on failure a ChildFailure is written to it; it closes when exec succeeds
[[noreturn]] void execute_child(const ChildCommand& command, std::vector<int> descriptors, int keep,
                                int parent);

// The kernel's Landlock version, 0 without it.
int landlock_version();

}  // namespace os
