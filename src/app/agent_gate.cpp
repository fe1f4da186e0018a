#include "app/agent_gate.h"

#include <boost/json.hpp>

#include "base/ids.h"
#include "mcp/http_transport.h"
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/invocation.h"

namespace app {

namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorKind;

constexpr std::string_view path_begin = "/runtimes/";
constexpr std::string_view path_end = "/invocations";
constexpr std::string_view discovery_ending = "/.well-known/openid-configuration";

bool is_invocation(const wire::RequestHead& head) {
    return head.method == "POST" && head.path.starts_with(path_begin) &&
           head.path.ends_with(path_end) &&
           head.path.size() > path_begin.size() + path_end.size() &&
           mcp::bearer_token(head).has_value();
}

std::string text_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

wire::Response response_of(const aws::Fault& fault) {
    wire::Response response;
    response.status = fault.http_status;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("X-Amzn-Errortype", fault.code);
    response.body = json::serialize(json::object{{"message", fault.message}});
    return response;
}

wire::Response response_of(ports::AgentAnswer answer, const std::string& session) {
    wire::Response response;
    response.status = answer.status;
    for (const char* name :
         {"Content-Type", "Mcp-Session-Id", "Mcp-Protocol-Version", "WWW-Authenticate"}) {
        for (const auto& [given, value] : answer.headers) {
            if (wire::equals_ignoring_case(given, name)) response.headers.add(name, value);
        }
    }
    response.headers.add(bedrockagentcore::session_header, session);
    response.body = std::move(answer.body);
    return response;
}

// Account and region are those of the ARN: a token says nothing of them.
std::optional<aws::Call> call_for(const std::string& arn) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (parts.size() < 5) {
        const auto colon = arn.find(':', from);
        if (colon == std::string::npos) return std::nullopt;
        parts.push_back(arn.substr(from, colon - from));
        from = colon + 1;
    }
    if (parts[0] != "arn" || parts[2] != "bedrock-agentcore") return std::nullopt;
    aws::Call call;
    call.region = parts[3];
    call.caller.account = parts[4];
    return call;
}

}  // namespace

std::string issuer_of(const std::string& discovery_url) {
    return discovery_url.ends_with(discovery_ending)
               ? discovery_url.substr(0, discovery_url.size() - discovery_ending.size())
               : discovery_url;
}

base::Result<mcp::KeySource> make_discovered_keys(const std::string& discovery_url,
                                                  base::FileSystem& files) {
    TRY(document, mcp::make_key_source(discovery_url, files));
    return mcp::KeySource([document = std::move(document), issuer = issuer_of(discovery_url),
                           &files](const std::atomic<bool>& stopped) -> base::Result<std::string> {
        TRY(text, document(stopped));
        boost::system::error_code problem;
        const json::value value = json::parse(text, problem);
        if (problem || !value.is_object()) {
            return Error{ErrorKind::invalid, "the discovery document is no JSON object", ""};
        }
        std::string said = text_at(value.get_object(), "issuer");
        if (said.ends_with('/') && !issuer.ends_with('/')) said.pop_back();
        const std::string keys = text_at(value.get_object(), "jwks_uri");
        // Without a scheme it would be a file of ours.
        if (said != issuer || keys.find("://") == std::string::npos) {
            return Error{ErrorKind::invalid,
                         "the discovery document is another issuer's, or names no keys", ""};
        }
        TRY(source, mcp::make_key_source(keys, files));
        return source(stopped);
    });
}

bool AgentGate::is_ours(const wire::RequestHead& head) {
    return mcp::HttpTransport::is_ours(head) || is_invocation(head);
}

void AgentGate::stop() {
    std::map<std::string, Authorizers> all;
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        std::swap(all, authorizers_);
    }
    for (const auto& [key, authorizers] : all) {
        for (const auto& one : authorizers)
            one->stop();
    }
}

server::BodyPlan AgentGate::plan(server::Exchange& exchange) {
    if (!is_invocation(exchange.head())) return env_.mcp.plan(exchange);
    server::BodyPlan plan;
    plan.body_bytes_max = bedrockagentcore::payload_bytes_max;
    plan.end_is_gone = true;
    return plan;
}

void AgentGate::run(std::shared_ptr<server::Exchange> exchange) {
    if (!is_invocation(exchange->head())) return env_.mcp.run(std::move(exchange));
    invoke(exchange);
}

std::unique_ptr<wire::BodySink> AgentGate::open(std::shared_ptr<server::Exchange> exchange) {
    return env_.mcp.open(std::move(exchange));
}

wire::Response AgentGate::refuse(server::Exchange* exchange, server::RefusalReason reason,
                                 int status, const base::Error& error) {
    if (exchange == nullptr || !is_invocation(exchange->head())) {
        return env_.mcp.refuse(exchange, reason, status, error);
    }
    if (reason == server::RefusalReason::body_too_large) {
        return response_of(bedrockagentcore::faults::invalid("The payload is too large."));
    }
    if (reason == server::RefusalReason::busy) {
        return response_of(bedrockagentcore::faults::busy());
    }
    return response_of(
        aws::Fault("InternalServerException", error.message, status >= 400 ? status : 500));
}

void AgentGate::observe(server::Exchange& exchange, wire::Response& response) {
    env_.mcp.observe(exchange, response);
}

base::Result<AgentGate::Authorizers> AgentGate::authorizers_of(
    const std::string& key, const bedrockagentcore::RuntimeRow& row) {
    base::MutexLock lock(mutex_);
    if (stopped_) return Error{ErrorKind::unavailable, "the server stops", ""};
    const auto found = authorizers_.find(key);
    if (found != authorizers_.end()) return found->second;
    Authorizers made;
    for (const std::string& audience : row.allowed_audience) {
        TRY(source, make_discovered_keys(*row.discovery_url, env_.files));
        mcp::JwtOptions options;
        options.rules.issuer = issuer_of(*row.discovery_url);
        options.rules.audience = audience;
        made.push_back(std::make_shared<mcp::JwtAuthorization>(
            std::move(options), std::move(source), env_.clock, env_.executor, env_.log));
    }
    // Those of versions that are gone do not come back; what is dropped is made again when needed.
    if (authorizers_.size() >= authorizers_max) authorizers_.erase(authorizers_.begin());
    authorizers_[key] = made;
    return made;
}

void AgentGate::invoke(const std::shared_ptr<server::Exchange>& exchange) {
    const wire::RequestHead& head = exchange->head();
    const std::string arn =
        head.path.substr(path_begin.size(), head.path.size() - path_begin.size() - path_end.size());
    const std::string* qualifier = head.find_query("qualifier");
    auto call = call_for(arn);
    if (!call) {
        exchange->respond(response_of(
            bedrockagentcore::faults::invalid("'" + arn + "' is no ARN of an agent runtime")));
        return;
    }
    auto row = bedrockagentcore::find_invoked(env_.agents, *call, arn,
                                              qualifier != nullptr ? *qualifier : "DEFAULT");
    if (row && !row.value().discovery_url) {
        row = bedrockagentcore::faults::other_authorization();
    }
    if (!row) {
        exchange->respond(response_of(row.error()));
        return;
    }
    auto authorizers =
        authorizers_of(bedrockagentcore::program_key(*call, row.value()), row.value());
    if (!authorizers) {
        exchange->respond(response_of(bedrockagentcore::faults::from(authorizers.error())));
        return;
    }
    Error refusal{ErrorKind::invalid, "no token", ""};
    bool known = false;
    for (const auto& one : authorizers.value()) {
        base::Task again = [this, exchange] { invoke(exchange); };
        if (one->must_wait(head, exchange->peer().address, again)) return;
        auto caller = one->caller_of(head);
        known = known || caller.has_value();
        if (!caller) refusal = caller.error();
    }
    if (!known) {
        wire::Response response =
            response_of(aws::Fault("UnauthorizedException", refusal.message, 401));
        response.headers.add("WWW-Authenticate", mcp::bearer_challenge(refusal, ""));
        exchange->respond(std::move(response));
        return;
    }
    const std::string* named = head.headers.find(bedrockagentcore::session_header);
    if (named != nullptr && (named->size() < 33 || named->size() > 256)) {
        exchange->respond(response_of(
            bedrockagentcore::faults::invalid("The runtime session id has 33 to 256 characters.")));
        return;
    }
    const std::string session = named != nullptr ? *named : base::make_uuid(env_.random);
    auto cancel = env_.agents.host().invoke(
        bedrockagentcore::program_of(*call, row.value()),
        {bedrockagentcore::headers_for(head, row.value()), std::move(exchange->body())},
        [exchange, session](base::Result<ports::AgentAnswer> answer) {
            exchange->respond(answer ? response_of(std::move(answer).value(), session)
                                     : response_of(bedrockagentcore::fault_of(answer.error())));
        });
    exchange->when_gone(std::move(cancel));
}

}  // namespace app
