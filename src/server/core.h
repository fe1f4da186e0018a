// What the connections of one server share: options, budgets, the list of connections, metrics.
#pragma once

#include <atomic>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "server/http_server.h"

namespace server {

class Connection;

class Core : public std::enable_shared_from_this<Core> {
  public:
    // Beyond connections_max so many more are told that it is too much; further ones only closed.
    static constexpr std::size_t refused_connections_max = 64;
    // Body buffers kept for the next requests: at most so many, each of at most so many bytes.
    static constexpr std::size_t spare_buffers_max = 32;
    static constexpr std::size_t spare_buffer_bytes_max = 512 * 1024;

    Core(HttpOptions http_options, HttpServer::Environment server_environment,
         Handler& request_handler);

    // Start the sweeps. Once, after construction.
    void start();
    // A connection was accepted. On its loop.
    void accept(std::unique_ptr<os::Socket> socket);
    // It is closed. On its loop.
    void remove(Connection& connection);

    // Count `bytes` against memory_bytes_max; false, and nothing counted, when they do not fit.
    bool reserve(std::uint64_t bytes);
    // Count them in any case: what exists already.
    void reserve_anyway(std::uint64_t bytes);
    void release(std::uint64_t bytes);
    std::uint64_t memory_bytes() const { return memory_bytes_; }
    std::uint64_t memory_bytes_peak() const { return memory_bytes_peak_; }

    // An empty string, with capacity when a spare one is there.
    std::string take_buffer();
    void keep_buffer(std::string buffer);

    bool draining() const { return draining_; }
    bool stop(std::int64_t drain_ms);
    std::size_t connection_count() const;

    const HttpOptions options;
    const HttpServer::Environment environment;
    Handler& handler;
    base::Counter& requests;
    base::Counter& refused;
    base::Counter& cut_off;
    base::Counter& received_bytes;
    base::Counter& sent_bytes;

  private:
    using Connections = std::unordered_map<Connection*, std::shared_ptr<Connection>>;
    Connections& connections_of(const os::EventLoop& loop);
    void note_peak(std::uint64_t bytes);
    void sweep(os::EventLoop& loop);
    bool wait_until_empty(std::int64_t wait_ms);
    template <class Action>
    void for_each_connection(Action action);

    base::Gauge& connections_gauge_;
    base::Gauge& memory_gauge_;
    std::atomic<std::uint64_t> memory_bytes_{0};
    std::atomic<std::uint64_t> memory_bytes_peak_{0};
    std::atomic<bool> draining_{false};
    std::atomic<bool> stopped_{false};
    // One list a loop, touched on that loop only; the vector itself never changes.
    std::vector<std::pair<const os::EventLoop*, Connections>> connections_;

    mutable base::Mutex mutex_;
    base::ConditionVariable empty_;
    std::size_t connection_count_ GUARDED_BY(mutex_) = 0;
    std::vector<std::string> spare_buffers_ GUARDED_BY(mutex_);
};

}  // namespace server
