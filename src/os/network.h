// Stream sockets and the threads that serve them, over Boost.Asio, which stays in the .cpp files.
// A Network owns 1..N event loops, one thread each; a Socket belongs to one loop for its life, and
// everything about it happens on that loop's thread, so that a connection needs no lock.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"

namespace os {

class EventLoop {
  public:
    virtual ~EventLoop() = default;
    // Run `task` on the loop's thread. Any thread. After the network stopped the task is destroyed
    // without being run.
    virtual void post(base::Task task) = 0;
    // Run `tick` on the loop's thread about every `period_ms`, until the network stops.
    virtual void every(std::int64_t period_ms,
                       std::shared_ptr<base::UniqueFunction<bool()>> tick) = 0;
    virtual bool on_loop_thread() const = 0;
};

struct Peer {
    std::string address;    // "127.0.0.1:50312", "unix"
    bool loopback = false;  // same machine: 127.0.0.0/8, ::1 or a Unix socket
};

// One accepted connection. Every call on its loop's thread; `done` runs there, never inside the
// call. One read and one of write and send_file may be pending at a time. Whoever waits for `done`
// must keep the Socket alive.
class Socket {
  public:
    using ReadDone = base::UniqueFunction<void(base::Result<std::size_t>)>;
    using WriteDone = base::UniqueFunction<void(base::Result<void>)>;
    static constexpr std::size_t write_parts_max = 4;

    virtual ~Socket() = default;  // closes
    // Read up to out.size() bytes (> 0); 0 when the peer has sent everything it will send.
    virtual void read(std::span<char> out, ReadDone done) = 0;
    // Write all of 1..write_parts_max parts; they must stay until `done`.
    virtual void write(std::span<const std::string_view> parts, WriteDone done) = 0;
    // Write `length` bytes of a file from `offset` without copying them through this process. io
    // when the file is shorter. Blocks this loop when the file is not in the page cache.
    virtual void send_file(int file_descriptor, std::uint64_t offset, std::uint64_t length,
                           WriteDone done) = 0;
    // Bytes of all writes so far, counted while they go.
    virtual std::uint64_t sent_bytes() const = 0;
    // No more writes: the peer reads the end of the stream.
    virtual void shutdown_send() = 0;
    // Pending operations end with an error.
    virtual void close() = 0;
    virtual const Peer& peer() const = 0;
    virtual const std::shared_ptr<EventLoop>& loop() const = 0;
};

class Listener {
  public:
    virtual ~Listener() = default;           // closes
    virtual std::uint16_t port() const = 0;  // 0 for a Unix socket
    // Accept no more. Any thread; an accept that runs meanwhile may still be delivered.
    virtual void close() = 0;
};

class Network {
  public:
    static constexpr std::size_t threads_max = 64;
    static constexpr int backlog = 1024;

    // Runs on the loop the socket belongs to.
    using Accepted = std::function<void(std::unique_ptr<Socket>)>;
    // Runs on a loop: accepting failed (out of descriptors) and is tried again soon.
    using AcceptFailed = std::function<void(const base::Error&)>;

    explicit Network(std::size_t threads);
    ~Network();  // stop()
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    // `address` "127.0.0.1:4566", "[::1]:0", "localhost:4566"; port 0 takes a free one. Connections
    // go to the loops in turn. errors: invalid (not an address), unavailable and io (the system's)
    base::Result<std::unique_ptr<Listener>> listen_tcp(const std::string& address,
                                                       Accepted accepted, AcceptFailed failed);
    // A Unix socket at `path`, which must not exist, mode 0600; removed when the listener closes.
    base::Result<std::unique_ptr<Listener>> listen_unix(const std::string& path, Accepted accepted,
                                                        AcceptFailed failed);

    const std::vector<std::shared_ptr<EventLoop>>& loops() const { return loops_; }

    // End the threads and return; sockets get no more calls. Not from a loop's thread. Idempotent.
    void stop();

  private:
    std::vector<std::shared_ptr<EventLoop>> loops_;
};

}  // namespace os
