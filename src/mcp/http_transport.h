// MCP over HTTP: the pages /mcp and /ping (and the metadata of authorization), on a port of their
// own or beside the AWS services.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mcp/authorization.h"
#include "mcp/http_outlet.h"
#include "mcp/server.h"
#include "server/http_server.h"

namespace mcp {

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
    wire::Response not_authorized(const server::Exchange& exchange, const base::Error& why) const;
    void run_mcp(const ExchangePointer& exchange);
    void run_post(const ExchangePointer& exchange, base::Result<std::string> caller);
    void run_message(const ExchangePointer& exchange, Message message, std::string caller);
    void run_stateless(const ExchangePointer& exchange, Message message, std::string caller);
    void run_session(const ExchangePointer& exchange, Message message, std::string caller);
    void run_get(const ExchangePointer& exchange, const std::string& caller);
    void run_delete(const ExchangePointer& exchange, const std::string& caller);
    void start(const ExchangePointer& exchange, Request request, HttpOutlet::Options options);
    // The session that the request names; null: it is answered already.
    std::shared_ptr<Session> session_of(const ExchangePointer& exchange, const std::string& caller,
                                        const boost::json::value& id);

    const HttpTransportOptions options_;
    Server& server_;
    const Authorization& authorization_;
    const std::shared_ptr<Streams> streams_;
    std::atomic<std::uint64_t> next_stream_{1};
};

}  // namespace mcp
