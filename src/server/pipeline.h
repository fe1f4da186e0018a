// The path of a request to an AWS service, as one list:
//
//   read headers -> request id -> find service -> admit (length, budgets) -> read body ->
//   verify SigV4 -> decode by protocol -> admit (operation) -> run -> encode -> observe
//
// The connection reads; Pipeline::plan names, finds and admits; run and open verify and hand over
// to the aws::Dispatcher, which decodes, runs, encodes and counts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/dispatcher.h"
#include "base/clock.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/random.h"
#include "server/authentication.h"
#include "server/http_server.h"

namespace server {

struct PipelineOptions {
    AuthenticationOptions authentication = {};
    // Names of this machine beside localhost and numbers, for browsers; names below them too.
    std::vector<std::string> host_names = {};
    // The JSON of /health.
    std::function<std::string()> health = [] { return std::string("{\"status\":\"ok\"}"); };
    // Requests that are no AWS service's and belong to another handler on the same port: its
    // answers, its refusals. It keeps nothing in Exchange::state. It outlives the pipeline.
    Handler* guest = nullptr;
    std::function<bool(const wire::RequestHead&)> is_for_guest = {};
    // Budgets of the program that an operation may not pass: a fault refuses it early. Any thread.
    std::function<std::optional<aws::Fault>(const aws::Route&)> admit = {};
};

class Pipeline final : public Handler {
  public:
    // Bodies of requests that will be refused anyway are read up to this, for a clean answer.
    static constexpr std::uint64_t refused_body_bytes_max = 1024 * 1024;

    Pipeline(PipelineOptions options, aws::Dispatcher& dispatcher,
             const aws::CredentialStore& credentials, const base::Clock& clock,
             base::Random& random, base::Log& log, base::Metrics& metrics);

    BodyPlan plan(Exchange& exchange) override;
    void run(std::shared_ptr<Exchange> exchange) override;
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<Exchange> exchange) override;
    wire::Response refuse(Exchange* exchange, RefusalReason reason, int status,
                          const base::Error& error) override;
    void observe(Exchange& exchange, wire::Response& response) override;

  private:
    struct State;
    static State& state_of(Exchange& exchange);

    // The steps, in order.
    std::optional<BodyPlan> answer_own_pages(Exchange& exchange) const;
    State& name_request(Exchange& exchange);
    void find_service(Exchange& exchange);
    BodyPlan admit(Exchange& exchange);
    aws::Reply<Authenticated> verify(Exchange& exchange,
                                     std::optional<std::string_view> body) const;
    std::optional<aws::Fault> admit_operation(const State& state) const;
    void hand_over(const std::shared_ptr<Exchange>& exchange, Authenticated who);
    std::unique_ptr<wire::BodySink> open_sink(const std::shared_ptr<Exchange>& exchange,
                                              Authenticated who);

    aws::Request make_request(Exchange& exchange, Authenticated& who) const;
    aws::Answer answer_to(std::shared_ptr<Exchange> exchange) const;
    void refuse_with(const std::shared_ptr<Exchange>& exchange, aws::Fault fault);
    wire::Response encode(Exchange* exchange, const aws::Fault& fault) const;
    wire::Response own_page(const std::string& path) const;

    const PipelineOptions options_;
    aws::Dispatcher& dispatcher_;
    const Authenticator authenticator_;
    base::Random& random_;
    base::Log& log_;
    base::Metrics& metrics_;
    base::Counter& refused_signatures_;
};

}  // namespace server
