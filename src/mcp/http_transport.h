// MCP over HTTP: the pages /mcp and /ping (and the metadata of authorization), on a port of their
// own or beside the AWS services.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mcp/http_outlet.h"
#include "mcp/server.h"
#include "server/http_server.h"

namespace mcp {

// Who a request comes from; absent: nobody that we know. Any thread.
class Authorization {
  public:
    virtual ~Authorization() = default;
    virtual std::optional<std::string> caller_of(const wire::RequestHead& head) const = 0;
    // Of the answer 401.
    virtual std::string challenge() const = 0;
    // The JSON of /.well-known/oauth-protected-resource, "" when there is none (RFC 9728).
    virtual std::string metadata() const { return {}; }
};

// "Authorization: Bearer <token>" with one token for all; an empty token lets everyone in.
class TokenAuthorization final : public Authorization {
  public:
    explicit TokenAuthorization(std::string token) : token_(std::move(token)) {}
    std::optional<std::string> caller_of(const wire::RequestHead& head) const override;
    std::string challenge() const override { return "Bearer realm=\"datastack\""; }

  private:
    const std::string token_;
};
// What `datastack env` prints: the same for one master key, for ever.
std::string derive_token(std::string_view master_key);

struct HttpTransportOptions {
    bool sessions = true;
    // Behind a platform that reaches us from elsewhere, passes headers by list, and pings without
    // authorization.
    bool hosted = false;
    // Only clients of this machine are let in, and they must name it so.
    bool loopback_only = true;
    // Names of this machine beside localhost.
    std::vector<std::string> host_names = {};
    std::size_t streams_max = 4096;
};

class HttpTransport final : public server::Handler {
  public:
    HttpTransport(HttpTransportOptions options, Server& server, const Authorization& authorization);
    ~HttpTransport() override;

    // Whether a request on a shared port is for us: our paths, and no signature of AWS's.
    static bool is_ours(const wire::RequestHead& head);

    server::BodyPlan plan(server::Exchange& exchange) override;
    void run(std::shared_ptr<server::Exchange> exchange) override;
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<server::Exchange> exchange) override;
    wire::Response refuse(server::Exchange* exchange, server::RefusalReason reason, int status,
                          const base::Error& error) override;
    void observe(server::Exchange& exchange, wire::Response& response) override;

    std::size_t stream_count() const { return streams_->count(); }
    void stop() { streams_->stop(); }

  private:
    using ExchangePointer = std::shared_ptr<server::Exchange>;
    std::optional<wire::Response> check_origin(const server::Exchange& exchange) const;
    void run_post(const ExchangePointer& exchange);
    void run_message(const ExchangePointer& exchange, Message message, std::string caller);
    void run_stateless(const ExchangePointer& exchange, Message message, std::string caller);
    void run_session(const ExchangePointer& exchange, Message message, std::string caller);
    void run_get(const ExchangePointer& exchange);
    void run_delete(const ExchangePointer& exchange);
    void start(const ExchangePointer& exchange, Request request, HttpOutlet::Options options);
    // The session that the request names; null: it is answered already.
    std::shared_ptr<Session> session_of(const ExchangePointer& exchange, const std::string& caller,
                                        const boost::json::value& id);
    std::optional<std::string> authorize(const ExchangePointer& exchange) const;

    const HttpTransportOptions options_;
    Server& server_;
    const Authorization& authorization_;
    const std::shared_ptr<Streams> streams_;
    std::atomic<std::uint64_t> next_stream_{1};
};

}  // namespace mcp
