// The guests of the main port: the MCP pages, and invocations of agent runtimes by a bearer token
// (InvokeAgentRuntime of runtimes with a CustomJWTAuthorizer), which carry no signature.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "base/random.h"
#include "mcp/jwt_authorization.h"
#include "server/http_server.h"
#include "services/bedrockagentcore/bedrockagentcore.h"

namespace app {

// A key set behind an issuer's discovery document (OpenID Connect Discovery 1.0): its `jwks_uri`,
// when its `issuer` is the one whose document it is.
//   errors  invalid: the URL is none
base::Result<mcp::KeySource> make_discovered_keys(const std::string& discovery_url,
                                                  base::FileSystem& files);
// "https://issuer/.well-known/openid-configuration" -> "https://issuer"
std::string issuer_of(const std::string& discovery_url);

class AgentGate final : public server::Handler {
  public:
    static constexpr std::size_t authorizers_max = 64;  // kept, of all runtimes

    struct Environment {
        bedrockagentcore::AgentCore& agents;
        server::Handler& mcp;  // who gets the other guests
        base::FileSystem& files;
        const base::Clock& clock;
        base::Executor& executor;
        base::Random& random;
        base::Log& log;
    };
    explicit AgentGate(Environment environment) : env_(environment) {}
    ~AgentGate() override { stop(); }

    static bool is_ours(const wire::RequestHead& head);
    // Nothing is fetched any more. Idempotent.
    void stop();

    server::BodyPlan plan(server::Exchange& exchange) override;
    void run(std::shared_ptr<server::Exchange> exchange) override;
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<server::Exchange> exchange) override;
    wire::Response refuse(server::Exchange* exchange, server::RefusalReason reason, int status,
                          const base::Error& error) override;
    void observe(server::Exchange& exchange, wire::Response& response) override;

  private:
    // One for each audience: a token is for one of them.
    using Authorizers = std::vector<std::shared_ptr<mcp::JwtAuthorization>>;

    void invoke(const std::shared_ptr<server::Exchange>& exchange);
    base::Result<Authorizers> authorizers_of(const std::string& key,
                                             const bedrockagentcore::RuntimeRow& row)
        EXCLUDES(mutex_);

    const Environment env_;
    base::Mutex mutex_;
    std::map<std::string, Authorizers> authorizers_ GUARDED_BY(mutex_);
    bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace app
