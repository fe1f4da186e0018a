// From a complete request to its answer. The server knows nothing of services: it routes the head,
// admits, reads the body, verifies who asks, and hands over here.
//
//   Route route = dispatcher.route(head);                 // before the body
//   dispatcher.run(std::move(route), std::move(request), body, [](wire::Response r) {...});
//
// Steps, each a function: decode by protocol, validate, run, encode, observe (metrics by service
// and operation, access log, a log line with the request id for every 5xx).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "aws/routing.h"
#include "aws/validation.h"
#include "base/clock.h"
#include "base/logging.h"
#include "base/metrics.h"

namespace aws {

struct Request {
    std::unique_ptr<const wire::RequestHead> head;
    Caller caller;
    std::string region;
    std::string request_id;
    base::Timestamp received;
    std::string endpoint;  // "http://127.0.0.1:4566"
};

// Called once, from any thread.
using Answer = base::UniqueFunction<void(wire::Response)>;

struct DispatcherOptions {
    bool access_log = false;  // one debug line a request
};

class Dispatcher {
  public:
    Dispatcher(const base::Clock& clock, base::Log& log, base::Metrics& metrics,
               DispatcherOptions options = {});
    ~Dispatcher();

    // At start, before any request. `model` and `service` outlive the dispatcher.
    void add(const ServiceModel& model, void* service);
    // See Router::add_domain.
    void add_domain(std::string domain) { router_.add_domain(std::move(domain)); }
    const Router& router() const { return router_; }
    const Validator& validator() const { return validator_; }

    // Any thread. A route with a refusal is answered by run() too.
    Route route(const wire::RequestHead& head) const { return router_.route(head); }

    // Plain and parked operations, and refusals. `body` is read before run() returns. Any thread
    // that may wait for disk.
    void run(Route route, Request request, std::string_view body, Answer answer);

    // Streamed operations: where the body goes. Null: answered already, the body is not wanted.
    std::unique_ptr<wire::BodySink> open(Route route, Request request, Answer answer);

    // Answer a fault that arose before run() (authentication, admission), in the route's protocol;
    // counted and logged as run() does.
    void refuse(Route route, Request request, Fault fault, Answer answer);

  private:
    class Exchange;
    struct OperationMetrics {
        base::Counter& requests;
        base::Histogram& duration;
    };
    const OperationMetrics* metrics_of(const Operation* operation) const;
    bool decode(const std::shared_ptr<Exchange>& exchange, std::string_view body);
    bool resolve_action(const std::shared_ptr<Exchange>& exchange, std::string_view body);

    const base::Clock& clock_;
    base::Log& log_;
    base::Metrics& metrics_;
    const DispatcherOptions options_;
    Router router_;
    Validator validator_;
    std::unordered_map<const Operation*, OperationMetrics> operation_metrics_;
};

}  // namespace aws
