// From argv to a verb that runs.
#pragma once

#include "app/settings.h"

namespace app {

// The whole program: parse, load settings, run the verb. Returns the exit code: 0, 1 (it failed),
// 2 (the command line is wrong). `spawn` is called before any thread exists when the verb serves.
int run_command_line(int argc, char** argv, const Environment& environment);

}  // namespace app
