// The second listener: loopback only, for the processes of functions. It joins server::HttpServer
// to lambda::RuntimeApi.
#pragma once

#include "server/http_server.h"
#include "services/lambda/runtime_api.h"

namespace app {

class RuntimeListener final : public server::Handler {
  public:
    explicit RuntimeListener(lambda::RuntimeApi& api) : api_(api) {}

    server::BodyPlan plan(server::Exchange& exchange) override;
    void run(std::shared_ptr<server::Exchange> exchange) override;
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<server::Exchange> exchange) override;
    wire::Response refuse(server::Exchange* exchange, server::RefusalReason reason, int status,
                          const base::Error& error) override;
    void observe(server::Exchange& exchange, wire::Response& response) override;

  private:
    lambda::RuntimeApi& api_;
};

}  // namespace app
