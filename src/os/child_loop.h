// The spawner process: one thread, one loop, nothing but starting, signalling and reaping children.
// It is forked before the server has threads, so that forking again is safe and cheap, and so that
// PR_SET_PDEATHSIG of its children fires when it dies, not when some pool thread ends.
#pragma once

namespace os {

// Serve commands from `socket` (SOCK_SEQPACKET) until the other end closes; then kill every child
// and end the process.
[[noreturn]] void run_spawner(int socket);

}  // namespace os
