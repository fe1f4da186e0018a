// The worker's side of object access: asks the server to open an object, reads it through the
// descriptor that comes back, or in pieces over the socket where there is none.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>

#include "os/message_socket.h"
#include "sql_engine/protocol.h"

namespace sql_worker {

// What went wrong, as "CODE: message".
struct ObjectError {
    std::string text;
};

class ObjectClient;

// One object being read, front to back. One thread.
class OpenObject {
  public:
    ~OpenObject();
    std::uint64_t size_bytes() const { return size_bytes_; }
    // Up to out.size() next bytes, 0 at the end. Throws ObjectError.
    std::size_t read(std::span<char> out);

  private:
    friend class ObjectClient;
    explicit OpenObject(ObjectClient& client) : client_(client) {}

    ObjectClient& client_;
    std::int64_t request_ = 0;
    std::uint64_t size_bytes_ = 0;
    std::uint64_t position_ = 0;
    os::Descriptor descriptor_;
    std::uint64_t offset_ = 0;  // of the object in the descriptor's file
    std::string piece_;         // bytes [piece_begin_, +size) of the object
    std::uint64_t piece_begin_ = 0;
    bool held_open_ = false;  // the server keeps it for further reads
};

class ObjectClient {
  public:
    explicit ObjectClient(os::MessageSocket& socket) : socket_(socket) {}

    // Any thread; waits for the answer. Throws ObjectError.
    std::unique_ptr<OpenObject> open(std::size_t scan, std::size_t object);

    // From the thread that reads the socket.
    void answer(std::string_view body, std::string_view raw, os::Descriptor descriptor);
    // Every waiting and later request fails until reset().
    void interrupt();
    void reset();

  private:
    friend class OpenObject;
    struct Answer {
        bool arrived = false;
        sql_engine::protocol::ObjectAnswer head;
        std::string raw;
        os::Descriptor descriptor;
    };
    Answer ask(sql_engine::protocol::Message message,
               const sql_engine::protocol::ObjectRequest& request);
    void close(std::int64_t request);

    os::MessageSocket& socket_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::unordered_map<std::int64_t, Answer> waiting_;
    std::int64_t next_request_ = 1;
    bool interrupted_ = false;
};

}  // namespace sql_worker
