// The MCP server of `datastack serve`: its tools call the services in this process, its pages are a
// guest on the main port.
#pragma once

#include <memory>
#include <string>

#include "app/settings.h"
#include "aws/internal_client.h"
#include "base/executor.h"
#include "base/metrics.h"
#include "base/random.h"
#include "mcp/authorization.h"
#include "mcp/http_transport.h"
#include "mcp/in_process_backend.h"
#include "mcp/server.h"
#include "object_store/object_store.h"

namespace app {

// What `datastack env` prints as DATASTACK_MCP_TOKEN: made from the root user's secret, so that
// both sides know it without asking each other.
std::string mcp_token(const std::string& root_secret);

// errors  invalid: settings of MCP that contradict each other, or let everyone in from everywhere
base::Result<void> check_mcp_settings(const Settings& settings);

class McpEndpoint {
  public:
    struct Environment {
        aws::InternalClient& client;
        const object_store::ObjectStore& objects;
        base::FileSystem& files;
        const base::Clock& clock;
        base::Executor& executor;
        base::Random& random;
        base::Log& log;
        base::Metrics& metrics;
        std::string_view master_key;  // 32 bytes
        std::string root_secret;
    };
    // errors  as check_mcp_settings
    static base::Result<std::unique_ptr<McpEndpoint>> make(const Settings& settings,
                                                           const Environment& environment);

    server::Handler& handler() { return transport_; }
    // End what listens and cancel what runs; before the port closes.
    void stop();

  private:
    McpEndpoint(const Settings& settings, const Environment& environment,
                std::unique_ptr<mcp::Authorization> authorization);

    mcp::InProcessBackend backend_;
    mcp::Server server_;
    const std::unique_ptr<mcp::Authorization> authorization_;
    mcp::HttpTransport transport_;
};

}  // namespace app
