#include "mcp/http_transport.h"

#include <boost/json/serialize.hpp>
#include <charconv>

#include "server/browser.h"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view metadata_path = "/.well-known/oauth-protected-resource";
constexpr std::string_view resumable_from = "2025-11-25";

bool is_mcp_path(std::string_view path) {
    return path == "/mcp" || path == "/mcp/";
}

bool is_metadata_path(std::string_view path) {
    return path == metadata_path || path == std::string(metadata_path) + "/mcp";
}

wire::Response json_response(int status, const json::object& body) {
    wire::Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = json::serialize(body);
    return response;
}

wire::Response error_response(int status, const json::value& id, const RpcError& error) {
    return json_response(status, make_error(id, error));
}

wire::Response plain_error(int status, std::string message) {
    return error_response(status, nullptr, {error_code::invalid_request, std::move(message)});
}

// Whether the client takes `type` ("text/event-stream"); one that does not say takes everything.
bool accepts(const wire::RequestHead& head, std::string_view type) {
    const std::string* accept = head.headers.find("accept");
    return accept == nullptr || accept->find(type) != std::string::npos ||
           accept->find("*/*") != std::string::npos;
}

// A page of another site may send text/plain without asking; JSON it may not.
bool is_json(const wire::RequestHead& head) {
    const std::string* type = head.headers.find("content-type");
    if (type == nullptr) return true;
    const std::string_view name = std::string_view(*type).substr(0, type->find(';'));
    const auto end = name.find_last_not_of(' ');
    return end != std::string_view::npos &&
           wire::equals_ignoring_case(name.substr(0, end + 1), "application/json");
}

// Of an origin only what cannot be another site's is trusted: numbers other than loopback can.
bool is_known_origin(std::string_view origin, const std::vector<std::string>& names) {
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos) return false;
    const std::string_view host = origin.substr(scheme + 3);
    if (!server::is_known_host(host, names)) return false;
    const bool number =
        !host.empty() && (host.front() == '[' || (host.front() >= '0' && host.front() <= '9'));
    return !number || host.starts_with("127.") || host.starts_with("[::1]");
}

}  // namespace

// ---- what is asked ----

HttpTransport::HttpTransport(HttpTransportOptions options, Server& server,
                             const Authorization& authorization)
    : options_(std::move(options)),
      server_(server),
      authorization_(authorization),
      streams_(std::make_shared<Streams>(server.environment().executor, options_.streams_max)) {}

HttpTransport::~HttpTransport() {
    stop();
}

bool HttpTransport::is_ours(const wire::RequestHead& head) {
    if (!is_mcp_path(head.path) && head.path != "/ping" && !is_metadata_path(head.path)) {
        return false;
    }
    const std::string* authorization = head.headers.find("authorization");
    if (authorization != nullptr && authorization->starts_with("AWS")) return false;
    return head.find_query("X-Amz-Signature") == nullptr && head.find_query("Signature") == nullptr;
}

std::optional<wire::Response> HttpTransport::check_origin(const server::Exchange& exchange) const {
    const wire::RequestHead& head = exchange.head();
    if (options_.loopback_only) {
        const std::string_view host = head.headers.get("host");
        if (!exchange.peer().loopback) return plain_error(403, "only for clients on this machine");
        if (!server::is_known_host(host, options_.host_names)) {
            return plain_error(403, "unknown host: " + std::string(host));
        }
    }
    const std::string* origin = head.headers.find("origin");
    if (origin != nullptr && !is_known_origin(*origin, options_.host_names)) {
        return plain_error(403, "unknown origin: " + *origin);
    }
    return std::nullopt;
}

server::BodyPlan HttpTransport::plan(server::Exchange& exchange) {
    const wire::RequestHead& head = exchange.head();
    server::BodyPlan plan;
    const auto refuse_with = [&plan](wire::Response response) {
        plan.kind = server::BodyPlan::Kind::refuse;
        plan.refusal = std::move(response);
        return std::move(plan);
    };
    if (auto refusal = check_origin(exchange)) return refuse_with(std::move(*refusal));
    const bool post = head.method == "POST";
    if (!is_mcp_path(head.path)) {
        if (!is_ours(head)) return refuse_with(plain_error(404, "no such page"));
        if (head.method == "GET" || head.method == "HEAD") return plan;
    } else if (post || head.method == "GET" || head.method == "DELETE") {
        if (post && !is_json(head)) {
            return refuse_with(plain_error(415, "the content type must be application/json"));
        }
        plan.body_bytes_max = post ? message_bytes_max : 0;
        plan.end_is_gone = true;
        return plan;
    }
    wire::Response response = plain_error(405, "method not allowed");
    response.headers.add("Allow", is_mcp_path(head.path) ? "POST, GET, DELETE" : "GET, HEAD");
    return refuse_with(std::move(response));
}

void HttpTransport::run(std::shared_ptr<server::Exchange> exchange) {
    const wire::RequestHead& head = exchange->head();
    if (head.path == "/ping") {
        const auto seconds = server_.environment().clock.now().ms / 1000;
        exchange->respond(
            json_response(200, {{"status", "Healthy"}, {"time_of_last_update", seconds}}));
        return;
    }
    if (is_metadata_path(head.path)) {
        wire::Response response;
        response.headers.add("Content-Type", "application/json");
        response.headers.add("Cache-Control", "no-store");
        response.body = authorization_.metadata(head);
        if (response.body.empty()) response = plain_error(404, "no such page");
        exchange->respond(std::move(response));
        return;
    }
    base::Task then = [this, exchange] { run_mcp(exchange); };
    if (!authorization_.must_wait(head, exchange->peer().address, then)) then();
}

void HttpTransport::run_mcp(const ExchangePointer& exchange) {
    auto caller = authorization_.caller_of(exchange->head());
    const std::string& method = exchange->head().method;
    if (method == "POST") return run_post(exchange, std::move(caller));
    if (!caller) {
        exchange->respond(not_authorized(*exchange, caller.error()));
        return;
    }
    if (method == "GET") return run_get(exchange, caller.value());
    run_delete(exchange, caller.value());
}

std::unique_ptr<wire::BodySink> HttpTransport::open(std::shared_ptr<server::Exchange> exchange) {
    exchange->respond(plain_error(500, "not a stream"));
    return nullptr;
}

wire::Response HttpTransport::refuse(server::Exchange*, server::RefusalReason reason, int status,
                                     const base::Error& error) {
    switch (reason) {
        case server::RefusalReason::body_too_large:
            return plain_error(
                413, "the message is larger than " + std::to_string(message_bytes_max) + " bytes");
        case server::RefusalReason::busy:
            return plain_error(503, "the server is busy, try again");
        case server::RefusalReason::bad_request:
            return plain_error(status, error.message);
        case server::RefusalReason::dropped:
        case server::RefusalReason::body_failed:
            break;
    }
    return error_response(500, nullptr, {error_code::internal_error, "the request was dropped"});
}

void HttpTransport::observe(server::Exchange&, wire::Response& response) {
    response.headers.add("Server", "datastack");
}

wire::Response HttpTransport::not_authorized(const server::Exchange& exchange,
                                             const base::Error& why) const {
    server_.environment()
        .metrics
        .counter("datastack_mcp_refused_tokens_total", "",
                 "Requests to the MCP server whose token was missing or wrong.")
        .add();
    wire::Response response = plain_error(401, why.message);
    response.headers.add("WWW-Authenticate", authorization_.challenge(exchange.head(), why));
    return response;
}

// ---- POST: one message ----

void HttpTransport::run_post(const ExchangePointer& exchange, base::Result<std::string> caller) {
    // Nobody unknown makes us parse more than the platform's ping.
    if (!caller && !options_.hosted) {
        exchange->respond(not_authorized(*exchange, caller.error()));
        return;
    }
    Parsed parsed = parse_message(exchange->body());
    exchange->drop_body();
    if (options_.hosted && !parsed.error && parsed.message.kind == Message::Kind::request &&
        parsed.message.method == "ping") {
        exchange->respond(json_response(200, make_response(parsed.message.id, {})));
        return;
    }
    if (!caller) {
        exchange->respond(not_authorized(*exchange, caller.error()));
        return;
    }
    if (parsed.error) {
        exchange->respond(error_response(400, parsed.message.id, *parsed.error));
        return;
    }
    run_message(exchange, std::move(parsed.message), std::move(caller.value()));
}

void HttpTransport::run_message(const ExchangePointer& exchange, Message message,
                                std::string caller) {
    if (message.kind != Message::Kind::response &&
        classify(message, &exchange->head()) == Era::stateless) {
        return run_stateless(exchange, std::move(message), std::move(caller));
    }
    run_session(exchange, std::move(message), std::move(caller));
}

void HttpTransport::run_stateless(const ExchangePointer& exchange, Message message,
                                  std::string caller) {
    const HeaderRules rules{.require = !options_.hosted};
    auto wrong = check_stateless(message, &exchange->head(), rules);
    const json::string* name =
        message.method == "tools/call" ? find_string(message.params, "name") : nullptr;
    if (!wrong && name != nullptr) {
        wrong =
            check_parameters(message, exchange->head(), server_.header_parameters(*name), rules);
    }
    if (wrong) {
        exchange->respond(error_response(wrong->http_status, message.id, wrong->error));
        return;
    }
    if (message.kind == Message::Kind::notification) {
        wire::Response accepted;
        accepted.status = 202;
        exchange->respond(std::move(accepted));
        return;
    }
    HttpOutlet::Options options;
    options.may_stream = accepts(exchange->head(), "text/event-stream");
    start(exchange, {std::move(message), Era::stateless, nullptr, std::move(caller)},
          std::move(options));
}

std::shared_ptr<Session> HttpTransport::session_of(const ExchangePointer& exchange,
                                                   const std::string& caller,
                                                   const json::value& id) {
    const std::string* header = exchange->head().headers.find("mcp-session-id");
    if (header == nullptr) {
        exchange->respond(
            error_response(400, id,
                           {error_code::invalid_request,
                            "the header Mcp-Session-Id is missing: initialize first"}));
        return nullptr;
    }
    auto session = server_.find_session(*header, caller);
    if (!session) {
        exchange->respond(error_response(
            404, id, {error_code::invalid_request, "no such session: initialize again"}));
    }
    return session;
}

void HttpTransport::run_session(const ExchangePointer& exchange, Message message,
                                std::string caller) {
    const wire::RequestHead& head = exchange->head();
    const bool initialize = message.method == "initialize";
    const std::string* version = head.headers.find("mcp-protocol-version");
    if (version != nullptr && !initialize && !is_session_version(*version)) {
        exchange->respond(error_response(
            400, message.id,
            {error_code::invalid_request, "unsupported protocol version: " + *version,
             json::object{{"supported", supported_versions()}, {"requested", *version}}}));
        return;
    }
    HttpOutlet::Options options;
    std::shared_ptr<Session> session;
    if (options_.sessions && initialize && message.kind == Message::Kind::request) {
        session = server_.open_session(caller);
        if (!session) {
            exchange->respond(
                error_response(503, message.id, {error_code::internal_error, "too many sessions"}));
            return;
        }
        options.headers.add("Mcp-Session-Id", session->id());
    } else if (options_.sessions) {
        session = session_of(exchange, caller, message.id);
        if (!session) return;
        if (session->version() >= resumable_from) {
            options.resumable_as = session->id() + "." + std::to_string(next_stream_++);
        }
    }
    if (message.kind != Message::Kind::request) {
        if (message.kind == Message::Kind::notification) server_.notified(session, message);
        if (message.kind == Message::Kind::response && session) server_.answered(*session, message);
        wire::Response accepted;
        accepted.status = 202;
        exchange->respond(std::move(accepted));
        return;
    }
    options.may_stream = accepts(head, "text/event-stream");
    start(exchange, {std::move(message), Era::session, std::move(session), std::move(caller)},
          std::move(options));
}

void HttpTransport::start(const ExchangePointer& exchange, Request request,
                          HttpOutlet::Options options) {
    auto outlet = std::make_shared<HttpOutlet>(exchange, streams_, server_.environment().executor,
                                               std::move(options));
    outlet->start();
    server_.run(std::move(request), std::move(outlet));
}

// ---- GET: what belongs to no request, or the rest of a stream that broke ----

void HttpTransport::run_get(const ExchangePointer& exchange, const std::string& caller) {
    const wire::RequestHead& head = exchange->head();
    if (!options_.sessions || head.headers.find("mcp-method") != nullptr) {
        wire::Response response = plain_error(405, "there are no sessions here");
        response.headers.add("Allow", "POST");
        exchange->respond(std::move(response));
        return;
    }
    if (!accepts(head, "text/event-stream")) {
        exchange->respond(plain_error(406, "the client must accept text/event-stream"));
        return;
    }
    const auto session = session_of(exchange, caller, nullptr);
    if (!session) return;
    if (const std::string* last = head.headers.find("last-event-id")) {
        const auto dash = last->rfind('-');
        std::uint64_t seen = 0;
        const char* end = last->data() + last->size();
        const bool mine = dash != std::string::npos && last->starts_with(session->id() + ".") &&
                          std::from_chars(last->data() + dash + 1, end, seen).ptr == end;
        const auto stream = mine ? streams_->find(last->substr(0, dash)) : nullptr;
        if (stream && stream->resume(exchange, seen)) return;
    }
    auto outlet = std::make_shared<HttpOutlet>(exchange, streams_, server_.environment().executor,
                                               HttpOutlet::Options{});
    outlet->start();
    if (!outlet->open()) {
        outlet->finish(make_error(nullptr, {error_code::internal_error, "too many streams"}), 503);
        return;
    }
    session->set_outlet(outlet);
    outlet->when_gone([weak = std::weak_ptr<Session>(session), raw = outlet.get()] {
        const auto held = weak.lock();
        if (held && held->outlet().get() == raw) held->set_outlet(nullptr);
    });
}

void HttpTransport::run_delete(const ExchangePointer& exchange, const std::string& caller) {
    if (!options_.sessions) {
        exchange->respond(plain_error(405, "there are no sessions here"));
        return;
    }
    const auto session = session_of(exchange, caller, nullptr);
    if (!session) return;
    server_.close_session(session->id(), caller);
    wire::Response response;
    response.status = 204;
    exchange->respond(std::move(response));
}

}  // namespace mcp
