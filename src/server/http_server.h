// An HTTP/1.1 server that any handler can sit behind: it listens, reads heads and bodies within
// named budgets, gives requests to a Handler, sends answers, and drains. What the requests mean is
// the handler's: Pipeline for the AWS services, others for small private endpoints.
//
//   head complete -> Handler::plan (I/O thread) -> refuse
//                                               -> buffer: body in memory -> Handler::run (pool)
//                                               -> stream: Handler::open (pool) -> sink as it comes
//   Exchange::respond, from any thread, ends it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/units.h"
#include "os/network.h"
#include "wire/http.h"
#include "wire/http1.h"

namespace server {

struct HttpOptions {
    std::string name = "api";  // label of metrics and log lines
    wire::http1::Limits limits = {};
    std::size_t connections_max = 8192;
    // Request bodies held in memory and responses waiting to be sent, all connections together.
    std::uint64_t memory_bytes_max = 256 * base::mib;
    std::int64_t head_timeout_ms = 10 * base::second_ms;  // first byte to whole head
    std::int64_t idle_timeout_ms = 75 * base::second_ms;  // between requests
    // A peer that sends a body or takes an answer more slowly than this, after the grace, is cut
    // off. Only time spent waiting for the peer counts.
    std::uint64_t peer_bytes_per_second_min = 1024;
    std::int64_t peer_grace_ms = 20 * base::second_ms;
    // After an answer that closes the connection, what still arrives is thrown away for so long,
    // so that the answer is not lost to a reset.
    std::int64_t linger_ms = 2 * base::second_ms;
    std::int64_t sweep_period_ms = 250;  // how exactly the times above are kept
};

// Why the server itself refuses; the handler gives the answer its protocol's form.
enum class RefusalReason {
    bad_request,  // not HTTP; `status` says which kind
    body_too_large,
    busy,         // a budget is used up, or draining
    dropped,      // the handler dropped the request unanswered
    body_failed,  // the sink or the body's coding failed
};

// What a handler keeps beside a request.
class ExchangeState {
  public:
    virtual ~ExchangeState() = default;
};

// One request and the way to answer it. Shared between the connection and whoever works on it;
// dropped unanswered, it answers by itself (RefusalReason::dropped).
class Exchange {
  public:
    virtual ~Exchange() = default;
    const wire::RequestHead& head() const { return head_; }
    // For adding what the body brought; only before an operation sees it.
    wire::RequestHead& mutable_head() { return head_; }
    const os::Peer& peer() const { return peer_; }
    base::Timestamp received() const { return received_; }
    // The whole body where the plan said buffer; valid as long as the exchange.
    std::string& body() { return body_; }
    const wire::Headers& trailers() const { return trailers_; }

    // Answer. Any thread; the first answer is sent, later ones are dropped: false.
    virtual bool respond(wire::Response response) = 0;
    // The body's memory may be used again: nobody reads body() any more. Only while the request
    // runs, by whoever runs it.
    virtual void drop_body() = 0;
    // Run `task` on the pool when the client goes away before the answer; at once when it is gone.
    virtual void when_gone(base::Task task) = 0;

    std::unique_ptr<ExchangeState> state;

  protected:
    wire::RequestHead head_;
    os::Peer peer_;
    base::Timestamp received_;
    std::string body_;
    wire::Headers trailers_;
};

struct BodyPlan {
    enum class Kind { refuse, buffer, stream };
    Kind kind = Kind::buffer;
    std::uint64_t body_bytes_max = 0;  // buffer and stream; a longer one is refused
    wire::Response refusal = {};       // refuse
    // buffer: call run on the I/O thread; only for what takes microseconds and never waits
    bool run_on_io_thread = false;
    // A client that ends its side of the connection is gone (when_gone), not only done with
    // sending: for requests that it cancels that way.
    bool end_is_gone = false;
};

class Handler {
  public:
    virtual ~Handler() = default;
    // The head is there. On an I/O thread: no waiting, microseconds only.
    virtual BodyPlan plan(Exchange& exchange) = 0;
    // The body is whole. On the pool.
    virtual void run(std::shared_ptr<Exchange> exchange) = 0;
    // The head of a streamed body: the sink for it; null when answered, or to be answered, instead.
    // On the pool.
    virtual std::unique_ptr<wire::BodySink> open(std::shared_ptr<Exchange> exchange) = 0;
    // The answer to what the server refuses. `exchange` is null when there was no readable head.
    // Any thread. `error` is the sink's for body_failed.
    virtual wire::Response refuse(Exchange* exchange, RefusalReason reason, int status,
                                  const base::Error& error) = 0;
    // An answer is about to be sent: add headers, count. Any thread.
    virtual void observe(Exchange& exchange, wire::Response& response) = 0;
};

class HttpServer {
  public:
    struct Environment {
        os::Network& network;
        base::Executor& executor;
        const base::Clock& clock;
        base::Log& log;
        base::Metrics& metrics;
    };
    // The handler must outlive every exchange. The environment must outlive the server.
    HttpServer(HttpOptions options, Environment environment, Handler& handler);
    ~HttpServer();  // stop(0)
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // See os::Network. Returns the port. Several addresses may be listened on.
    base::Result<std::uint16_t> listen_tcp(const std::string& address);
    base::Result<void> listen_unix(const std::string& path);

    // Accept no more, close idle connections, let requests that were read finish for up to
    // `drain_ms`, then close what is left. Returns whether nothing had to be cut off. Any thread
    // but an I/O thread and the pool's.
    bool stop(std::int64_t drain_ms);

    std::size_t connection_count() const;
    std::uint64_t memory_bytes() const;
    // The most memory_bytes() ever was.
    std::uint64_t memory_bytes_peak() const;

  private:
    std::shared_ptr<class Core> core_;
    std::vector<std::unique_ptr<os::Listener>> listeners_;
};

}  // namespace server
