// The Exchange of a Connection.
#pragma once

#include <atomic>
#include <memory>

#include "base/mutex.h"
#include "server/http_server.h"

namespace server {

class Connection;

class ExchangeImpl final : public Exchange {
  public:
    ExchangeImpl(std::shared_ptr<Connection> connection, std::uint64_t number,
                 wire::RequestHead head);
    ~ExchangeImpl() override;

    bool respond(wire::Response response) override;
    void drop_body() override;
    void when_gone(base::Task task) override;

    // The client is gone: run what waits for that.
    void gone();
    // Memory counted for the body, given back when the exchange ends.
    void add_reserved(std::uint64_t bytes) { reserved_bytes_ += bytes; }
    void set_trailers(const wire::Headers& trailers) { trailers_ = trailers; }
    std::string& buffer() { return body_; }

  private:
    const std::shared_ptr<Connection> connection_;
    const std::uint64_t number_;
    std::atomic<bool> answered_{false};
    std::uint64_t reserved_bytes_ = 0;
    base::Mutex mutex_;
    bool gone_ GUARDED_BY(mutex_) = false;
    std::vector<base::Task> when_gone_ GUARDED_BY(mutex_);
};

}  // namespace server
