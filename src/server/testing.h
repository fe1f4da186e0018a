// What tests of the server use: a raw client, and a handler made of functions.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/http_server.h"

namespace server::testing {

// Waits up to 5 s for `condition`.
bool eventually(const std::function<bool()>& condition);

struct RawAnswer {
    int status = 0;                              // 0: the connection ended before a whole head
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    bool whole = false;  // as many body bytes as announced
};

// A blocking socket that sends exactly the bytes it is told to. Reads give up after 5 s.
class RawClient {
  public:
    static RawClient tcp(std::uint16_t port);
    static RawClient unix_socket(const std::string& path);
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient(const RawClient&) = delete;

    // False when the peer has closed.
    bool send(std::string_view bytes);
    // One answer; `to_head` when the request was HEAD.
    RawAnswer read_answer(bool to_head = false);
    // Up to and including `mark`; what came when the connection ended before.
    std::string read_until(std::string_view mark);
    // True when the peer closes (or resets) within 5 s without sending more.
    bool is_closed();
    // Nothing arrives within `wait_ms`.
    bool is_silent(int wait_ms);
    void shut_sending();
    void reset();  // close with RST
    void set_receive_buffer(int bytes);

  private:
    explicit RawClient(int fd) : fd_(fd) {}
    bool fill();
    int fd_;
    std::string input_;
};

// Keeps the body it was given.
struct SinkLog {
    std::string body;  // read it only after an answer
    std::atomic<std::size_t> writes{0};
    std::atomic<std::size_t> largest_write{0};
    std::atomic<int> finished{0};
    std::atomic<int> aborted{0};
};

class FunctionHandler : public Handler {
  public:
    std::function<BodyPlan(Exchange&)> on_plan = [](Exchange&) {
        BodyPlan plan;
        plan.body_bytes_max = 1 << 20;
        return plan;
    };
    std::function<void(std::shared_ptr<Exchange>)> on_run = [](const auto& exchange) {
        wire::Response response;
        response.body =
            exchange->head().method + ' ' + exchange->head().path + ' ' + exchange->body();
        exchange->respond(std::move(response));
    };
    std::function<std::unique_ptr<wire::BodySink>(std::shared_ptr<Exchange>)> on_open;

    BodyPlan plan(Exchange& exchange) override { return on_plan(exchange); }
    void run(std::shared_ptr<Exchange> exchange) override { on_run(std::move(exchange)); }
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<Exchange> exchange) override {
        return on_open(std::move(exchange));
    }
    wire::Response refuse(Exchange* exchange, RefusalReason reason, int status,
                          const base::Error& error) override;
    void observe(Exchange& exchange, wire::Response& response) override;
};

}  // namespace server::testing
