// The fixture of the server's tests: a server over real sockets with a pool of one thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>

#include "os/clock.h"
#include "os/thread_pool.h"
#include "server/testing.h"
#include "sim/recording_log.h"

namespace server::testing {

// An exchange that a handler leaves for the test to answer.
class Parked {
  public:
    void put(std::shared_ptr<Exchange> exchange) {
        const std::lock_guard lock(mutex_);
        exchange_ = std::move(exchange);
    }
    std::shared_ptr<Exchange> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(exchange_, nullptr);
    }
    bool is_there() {
        const std::lock_guard lock(mutex_);
        return exchange_ != nullptr;
    }

  private:
    std::mutex mutex_;
    std::shared_ptr<Exchange> exchange_;
};
class HttpServerTest : public ::testing::Test {
  protected:
    ~HttpServerTest() override {
        if (server_) server_->stop(0);
        network_.stop();
        pool_.stop();
    }

    std::uint16_t serve() {
        server_ = std::make_unique<HttpServer>(
            options_, HttpServer::Environment{network_, pool_, clock_, log_, metrics_}, handler_);
        const auto port = server_->listen_tcp("127.0.0.1:0");
        EXPECT_TRUE(port) << port.error().describe();
        return port.value();
    }
    RawClient connect() { return RawClient::tcp(port_ == 0 ? port_ = serve() : port_); }

    os::Network network_{1};
    os::ThreadPool pool_{1};  // everything must work with one
    os::SystemClock clock_;
    sim::RecordingLog log_;
    base::Metrics metrics_;
    FunctionHandler handler_;
    HttpOptions options_;
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
};

}  // namespace server::testing
