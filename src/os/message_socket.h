// Whole messages, each with at most one file descriptor, over a connected Unix stream socket. Both
// sides of base::MessageChannel: os::ChildChannelLauncher in the server, datastack-sql at the other
// end.
//
//   frame   u32 length of the message (little-endian), the message; the descriptor travels with
//           the first byte of the length
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/message_channel.h"
#include "base/mutex.h"
#include "base/result.h"

namespace os {

// Owns a descriptor, -1 for none.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int number() const { return number_; }
    int release();

  private:
    int number_;
};

struct ReceivedMessage {
    std::string bytes;
    Descriptor descriptor;
};

class MessageSocket {
  public:
    explicit MessageSocket(Descriptor socket) : socket_(std::move(socket)) {}

    // Send one whole message; waits for room. descriptor -1: none. Any thread.
    //   errors  unavailable (the other side is gone), limit (longer than message_bytes_max)
    base::Result<void> send(std::string_view message, int descriptor = -1);
    // Wait for the next message. One thread at a time.
    //   errors  unavailable (the other side is gone, or shut_down), invalid (not our framing)
    base::Result<ReceivedMessage> receive();
    // Wakes receive and fails everything from now on. Any thread.
    void shut_down();

  private:
    base::Result<void> read_exactly(char* out, std::size_t count);

    Descriptor socket_;
    base::Mutex send_mutex_;
};

}  // namespace os
