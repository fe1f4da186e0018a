#include "server/http_server.h"

#include "server/connection.h"
#include "server/core.h"

namespace server {

HttpServer::HttpServer(HttpOptions options, Environment environment, Handler& handler)
    : core_(std::make_shared<Core>(std::move(options), environment, handler)) {
    core_->start();
}

HttpServer::~HttpServer() {
    stop(0);
}

namespace {

os::Network::AcceptFailed log_failure(const std::shared_ptr<Core>& core) {
    return [core](const base::Error& error) {
        core->environment.log.error("a connection could not be accepted",
                                    {{"server", core->options.name}, {"error", error.describe()}});
    };
}

}  // namespace

base::Result<std::uint16_t> HttpServer::listen_tcp(const std::string& address) {
    TRY(listener,
        core_->environment.network.listen_tcp(
            address,
            [core = core_](std::unique_ptr<os::Socket> socket) { core->accept(std::move(socket)); },
            log_failure(core_)));
    const std::uint16_t port = listener->port();
    listeners_.push_back(std::move(listener));
    return port;
}

base::Result<void> HttpServer::listen_unix(const std::string& path) {
    TRY(listener,
        core_->environment.network.listen_unix(
            path,
            [core = core_](std::unique_ptr<os::Socket> socket) { core->accept(std::move(socket)); },
            log_failure(core_)));
    listeners_.push_back(std::move(listener));
    return base::ok();
}

bool HttpServer::stop(std::int64_t drain_ms) {
    listeners_.clear();
    return core_->stop(drain_ms);
}

std::size_t HttpServer::connection_count() const {
    return core_->connection_count();
}
std::uint64_t HttpServer::memory_bytes() const {
    return core_->memory_bytes();
}
std::uint64_t HttpServer::memory_bytes_peak() const {
    return core_->memory_bytes_peak();
}

}  // namespace server
