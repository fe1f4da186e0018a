// A conversation with a child process in whole messages, injected: os::ChildChannelLauncher starts
// real children, tests use a pair in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/file_system.h"
#include "base/result.h"

namespace base {

inline constexpr std::size_t message_bytes_max = 64 * 1024 * 1024;

// What the other side says. Called on the channel's own thread, one call at a time, in order; the
// other side is held back while a call runs.
class MessageHandler {
  public:
    virtual ~MessageHandler() = default;
    virtual void on_message(std::string message) = 0;
    // The child ended, or the channel was closed. Last call, exactly once.
    //   reason  one phrase: "exited with status 3", "killed by signal 9", "closed"
    virtual void on_close(const std::string& reason) = 0;
};

class MessageChannel {
  public:
    // Kills the child if it still runs; on_close has been called when it returns. Not from inside
    // a call to the handler.
    virtual ~MessageChannel() = default;
    // Send one message, 1..message_bytes_max bytes; with `file` its descriptor goes along,
    // read-only. Waits for room in the socket. Any thread.
    //   errors  unavailable (the child is gone), limit (too large)
    virtual Result<void> send(std::string_view message, const File* file = nullptr) = 0;
    // End the child. Returns at once; on_close follows. Any thread.
    virtual void kill() = 0;
};

class ChannelLauncher {
  public:
    virtual ~ChannelLauncher() = default;
    // Start a child that speaks to `handler`, which lives until on_close was called.
    virtual Result<std::unique_ptr<MessageChannel>> launch(
        std::shared_ptr<MessageHandler> handler) = 0;
};

}  // namespace base
