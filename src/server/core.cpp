#include "server/core.h"

#include "server/connection.h"

namespace server {

namespace {

std::string label(const HttpOptions& options) {
    return "server=\"" + options.name + '"';
}

// After the drain's deadline connections are closed; that takes no waiting for anyone.
constexpr std::int64_t close_wait_ms = 5000;

}  // namespace

Core::Core(HttpOptions http_options, HttpServer::Environment server_environment,
           Handler& request_handler)
    : options(std::move(http_options)),
      environment(server_environment),
      handler(request_handler),
      requests(environment.metrics.counter("http_requests_total", label(options),
                                           "requests whose head was read")),
      refused(environment.metrics.counter("http_refused_total", label(options),
                                          "requests and connections refused by the server itself")),
      cut_off(environment.metrics.counter("http_cut_off_total", label(options),
                                          "connections closed because the peer was too slow")),
      received_bytes(environment.metrics.counter("http_received_bytes_total", label(options),
                                                 "bytes read from clients")),
      sent_bytes(environment.metrics.counter("http_sent_bytes_total", label(options),
                                             "bytes written to clients")),
      connections_gauge_(
          environment.metrics.gauge("http_connections", label(options), "open connections")),
      memory_gauge_(environment.metrics.gauge("http_memory_bytes", label(options),
                                              "bodies and answers held in memory")) {
    for (const auto& loop : environment.network.loops()) {
        connections_.emplace_back(loop.get(), Connections());
    }
}

void Core::start() {
    for (const auto& loop : environment.network.loops()) {
        const std::weak_ptr<Core> weak = weak_from_this();
        os::EventLoop* const on = loop.get();
        loop->every(options.sweep_period_ms,
                    std::make_shared<base::UniqueFunction<bool()>>([weak, on] {
                        const auto self = weak.lock();
                        if (!self || self->stopped_) return false;
                        self->sweep(*on);
                        return true;
                    }));
    }
}

Core::Connections& Core::connections_of(const os::EventLoop& loop) {
    for (auto& [owner, connections] : connections_) {
        if (owner == &loop) return connections;
    }
    CHECK(false);  // a socket of another network
    return connections_.front().second;
}

void Core::accept(std::unique_ptr<os::Socket> socket) {
    bool refuse = false;
    {
        const base::MutexLock lock(mutex_);
        if (draining_ || connection_count_ >= options.connections_max + refused_connections_max) {
            return;  // the socket closes
        }
        refuse = connection_count_ >= options.connections_max;
        ++connection_count_;
    }
    connections_gauge_.add(1);
    auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket));
    connections_of(*connection->loop()).emplace(connection.get(), connection);
    if (refuse) {
        connection->start_refused();
    } else {
        connection->start();
    }
}

void Core::remove(Connection& connection) {
    connections_of(*connection.loop()).erase(&connection);
    connections_gauge_.add(-1);
    const base::MutexLock lock(mutex_);
    if (--connection_count_ == 0) empty_.notify_all();
}

void Core::note_peak(std::uint64_t bytes) {
    memory_gauge_.set(static_cast<std::int64_t>(bytes));
    std::uint64_t peak = memory_bytes_peak_;
    while (bytes > peak && !memory_bytes_peak_.compare_exchange_weak(peak, bytes)) {
    }
}

bool Core::reserve(std::uint64_t bytes) {
    std::uint64_t used = memory_bytes_;
    do {
        if (bytes > options.memory_bytes_max || used > options.memory_bytes_max - bytes) {
            return false;
        }
    } while (!memory_bytes_.compare_exchange_weak(used, used + bytes));
    note_peak(used + bytes);
    return true;
}

void Core::reserve_anyway(std::uint64_t bytes) {
    note_peak(memory_bytes_.fetch_add(bytes) + bytes);
}

void Core::release(std::uint64_t bytes) {
    memory_gauge_.set(static_cast<std::int64_t>(memory_bytes_.fetch_sub(bytes) - bytes));
}

std::string Core::take_buffer() {
    const base::MutexLock lock(mutex_);
    if (spare_buffers_.empty()) return {};
    std::string buffer = std::move(spare_buffers_.back());
    spare_buffers_.pop_back();
    return buffer;
}

void Core::keep_buffer(std::string buffer) {
    buffer.clear();
    if (buffer.capacity() < 4096 || buffer.capacity() > spare_buffer_bytes_max) return;
    const base::MutexLock lock(mutex_);
    if (spare_buffers_.size() < spare_buffers_max) spare_buffers_.push_back(std::move(buffer));
}

std::size_t Core::connection_count() const {
    const base::MutexLock lock(mutex_);
    return connection_count_;
}

template <class Action>
void Core::for_each_connection(Action action) {
    for (const auto& loop : environment.network.loops()) {
        os::EventLoop* const on = loop.get();
        loop->post([self = shared_from_this(), on, action] {
            // An action may remove its connection from the list.
            const Connections connections = self->connections_of(*on);
            for (const auto& entry : connections)
                action(*entry.second);
        });
    }
}

void Core::sweep(os::EventLoop& loop) {
    const std::int64_t now_ns = environment.clock.monotonic_ns();
    const Connections connections = connections_of(loop);
    for (const auto& entry : connections)
        entry.second->sweep(now_ns);
}

bool Core::wait_until_empty(std::int64_t wait_ms) {
    const std::int64_t until_ns = environment.clock.monotonic_ns() + wait_ms * 1'000'000;
    base::MutexLock lock(mutex_);
    while (connection_count_ > 0) {
        const std::int64_t left_ns = until_ns - environment.clock.monotonic_ns();
        if (left_ns <= 0) return false;
        empty_.wait_for(lock, std::chrono::nanoseconds(left_ns));
    }
    return true;
}

bool Core::stop(std::int64_t drain_ms) {
    draining_ = true;
    for_each_connection([](Connection& connection) { connection.drain(); });
    const bool clean = wait_until_empty(drain_ms);
    if (!clean) {
        for_each_connection([](Connection& connection) { connection.close(); });
        wait_until_empty(close_wait_ms);
    }
    stopped_ = true;
    return clean;
}

}  // namespace server
