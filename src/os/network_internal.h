// What network.cpp and socket.cpp share. Includes Asio: only those two include it.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <thread>

#include "os/network.h"

namespace os::network {

namespace asio = boost::asio;

class Loop final : public EventLoop, public std::enable_shared_from_this<Loop> {
  public:
    Loop();
    ~Loop() override;
    void post(base::Task task) override;
    void every(std::int64_t period_ms, std::shared_ptr<base::UniqueFunction<bool()>> tick) override;
    bool on_loop_thread() const override;

    asio::io_context& context() { return context_; }
    void start();
    void stop();

  private:
    // One thread runs the context: Asio may leave out locks between its own handlers.
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
    std::atomic<std::thread::id> thread_id_;
    std::atomic<bool> stopped_{false};
};

std::unique_ptr<Socket> make_socket(std::shared_ptr<Loop> loop, asio::ip::tcp::socket socket);
std::unique_ptr<Socket> make_socket(std::shared_ptr<Loop> loop,
                                    asio::local::stream_protocol::socket socket);

}  // namespace os::network
