#include "app/mcp_endpoint.h"

#include "app/stack.h"
#include "aws/credentials.h"
#include "functions/client/this_machine.h"
#include "mcp/tools/catalog.h"
#include "services/s3/faults.h"

namespace app {

namespace {

aws::Reply<mcp::ObjectPart> read_part(const object_store::ObjectStore& objects,
                                      const std::string& bucket, const std::string& key,
                                      std::uint64_t offset, std::uint64_t bytes_max) {
    auto reader = objects.open_object(bucket, key);
    if (!reader) return s3::faults::from(reader.error(), bucket, key);
    mcp::ObjectPart part;
    part.object_bytes = reader.value()->info().size_bytes;
    if (offset >= part.object_bytes) return part;
    part.bytes.resize(std::min(bytes_max, part.object_bytes - offset));
    std::size_t filled = 0;
    while (filled < part.bytes.size()) {
        auto read = reader.value()->read_at(
            offset + filled, std::span(part.bytes.data() + filled, part.bytes.size() - filled));
        if (!read) return s3::faults::from(read.error(), bucket, key);
        if (read.value() == 0) break;
        filled += read.value();
    }
    part.bytes.resize(filled);
    return part;
}

mcp::InProcessBackend::Identity root_identity(const Settings& settings) {
    const aws::Caller root = aws::root_caller(root_account, "");
    return {root.account, settings.region, root.arn, root.user_id};
}

mcp::HttpTransportOptions transport_options(const Settings& settings) {
    mcp::HttpTransportOptions options;
    options.sessions = settings.http_sessions == "on";
    options.loopback_only = client::is_loopback_address(settings.listen);
    return options;
}

mcp::AuthorizationSettings authorization_settings(const Settings& settings, std::string token) {
    return {settings.mcp_auth == "on", std::move(token),      settings.mcp_jwks,
            settings.mcp_issuer,       settings.mcp_audience, settings.mcp_resource};
}

}  // namespace

std::string mcp_token(const std::string& root_secret) {
    return mcp::derive_token(root_secret);
}

base::Result<void> check_mcp_settings(const Settings& settings) {
    // The token is made from it: everybody can make one from nothing.
    if (!settings.access_key_id.empty() && settings.secret_access_key.empty()) {
        return base::Error{base::ErrorKind::invalid,
                           "access-key-id needs secret-access-key beside it", ""};
    }
    if (settings.mcp_auth == "off" && !client::is_loopback_address(settings.listen)) {
        return base::Error{base::ErrorKind::invalid,
                           "mcp-auth off only on a loopback address, not on " + settings.listen +
                               ": everybody who reaches it could read everything",
                           ""};
    }
    return mcp::check_authorization(authorization_settings(settings, ""));
}

base::Result<std::unique_ptr<McpEndpoint>> McpEndpoint::make(const Settings& settings,
                                                             const Environment& environment) {
    TRY_VOID(check_mcp_settings(settings));
    TRY(authorization,
        mcp::make_authorization(
            authorization_settings(settings, mcp_token(environment.root_secret)),
            {environment.files, environment.clock, environment.executor, environment.log}));
    return std::unique_ptr<McpEndpoint>(
        new McpEndpoint(settings, environment, std::move(authorization)));
}

McpEndpoint::McpEndpoint(const Settings& settings, const Environment& environment,
                         std::unique_ptr<mcp::Authorization> authorization)
    : backend_(environment.client, environment.clock, root_identity(settings),
               [&objects = environment.objects](std::string bucket, std::string key,
                                                std::uint64_t offset, std::uint64_t bytes_max,
                                                mcp::Backend::ReadDone done) {
                   done(read_part(objects, bucket, key, offset, bytes_max));
               }),
      server_({},
              {backend_, environment.clock, environment.executor, environment.random,
               environment.log, environment.metrics, environment.master_key},
              mcp::tools::standard_catalog()),
      authorization_(std::move(authorization)),
      transport_(transport_options(settings), server_, *authorization_) {}

void McpEndpoint::stop() {
    authorization_->stop();
    server_.stop();
    transport_.stop();
}

}  // namespace app
