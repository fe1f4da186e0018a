// What the engine process gives up before it reads its first query.
#pragma once

namespace sql_worker {

// No new sockets, programs, processes or tracing from here on, in any thread started later: they
// fail with EPERM. Files are restricted by whoever starts the process (Landlock).
bool deny_system_calls();

}  // namespace sql_worker
