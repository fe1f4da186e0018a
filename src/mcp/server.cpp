#include "mcp/server.h"

#include <algorithm>

#include "base/ids.h"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::size_t session_id_digits = 32;
constexpr std::int64_t stop_timeout_ms = 10'000;

}  // namespace

// All methods, in the order of the specification.
constexpr Server::Method Server::methods[] = {
    {"initialize", Method::Where::session, &Server::initialize},
    {"server/discover", Method::Where::stateless, &Server::discover},
    {"ping", Method::Where::session, &Server::ping},
    {"logging/setLevel", Method::Where::session, &Server::set_level},
    {"subscriptions/listen", Method::Where::stateless, &Server::listen},
    {"tools/list", Method::Where::both, &Server::list_tools},
    {"tools/call", Method::Where::both, &Server::call_tool},
    {"resources/list", Method::Where::both, &Server::list_resources},
    {"resources/templates/list", Method::Where::both, &Server::list_templates},
    {"resources/read", Method::Where::both, &Server::read_resource},
    {"resources/subscribe", Method::Where::session, &Server::subscribe},
    {"resources/unsubscribe", Method::Where::session, &Server::unsubscribe},
    {"prompts/list", Method::Where::both, &Server::list_prompts},
    {"prompts/get", Method::Where::both, &Server::get_prompt},
    {"completion/complete", Method::Where::both, &Server::complete},
};

Server::Server(ServerOptions options, Environment environment, Catalog catalog)
    : options_(std::move(options)),
      env_(environment),
      catalog_(std::move(catalog)),
      sealer_(env_.master_key, "mcp", env_.random) {
    describe_catalog();
}

Server::~Server() {
    stop();
}

// ---- requests ----

void Server::run(Request request, std::shared_ptr<Outlet> outlet) {
    const auto call = std::make_shared<Call>(*this, std::move(request), std::move(outlet));
    if (!enter(call)) return;
    call->outlet().when_gone([weak = std::weak_ptr<Call>(call)] {
        if (const auto held = weak.lock()) held->cancel(true);
    });
    const auto unwanted =
        call->era() == Era::session ? Method::Where::stateless : Method::Where::session;
    for (const Method& method : methods) {
        if (method.name == call->method() && method.where != unwanted) {
            (this->*method.run)(call);
            return;
        }
    }
    call->refuse({error_code::method_not_found, "unknown method: " + call->method(), nullptr});
}

// Counts the call in. False: it is answered already.
bool Server::enter(const CallPointer& call) {
    bool busy = false;
    {
        base::MutexLock lock(mutex_);
        busy = stopping_ || calls_.size() >= options_.calls_max;
        // Refused ones are counted too, until they are answered.
        calls_[call.get()] = call;
    }
    if (busy) {
        call->refuse_with({error_code::internal_error, "too many requests at once, try again"},
                          503);
        return false;
    }
    const auto& session = call->request().session;
    if (!session) return true;
    if (!session->add_call(call->id_, call)) {
        call->refuse_with({error_code::invalid_request, "a request with this id runs already"},
                          400);
        return false;
    }
    call->registered_ = true;
    return true;
}

void Server::left(const Call& call) {
    const auto took_us = (env_.clock.monotonic_ns() - call.started_ns_) / 1000;
    base::MutexLock lock(mutex_);
    if (calls_.erase(&call) == 0) return;
    env_.metrics
        .histogram("datastack_mcp_request_seconds", "", "Requests to the MCP server, any method.")
        .observe_us(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took_us)));
    if (calls_.empty()) none_left_.notify_all();
}

void Server::notified(const std::shared_ptr<Session>& session, const Message& message) {
    if (message.method != "notifications/cancelled" || !session) return;
    const json::value* id = message.params.if_contains("requestId");
    if (id == nullptr) return;
    if (const auto call = session->find_call(id_text(*id))) call->cancel(true);
}

bool Server::answered(Session& session, const Message& message) {
    const json::string* id = message.id.if_string();
    return id != nullptr && session.answer(std::string(*id), message.result);
}

// ---- sessions ----

std::shared_ptr<Session> Server::make_session(std::string id, std::string caller) const {
    auto session = std::make_shared<Session>(std::move(id), std::move(caller));
    session->touch(env_.clock.monotonic_ns());
    return session;
}

std::shared_ptr<Session> Server::open_session(const std::string& caller) {
    const std::int64_t now_ns = env_.clock.monotonic_ns();
    auto session = make_session(base::make_hex_id(env_.random, session_id_digits), caller);
    std::shared_ptr<Session> dropped;
    {
        base::MutexLock lock(mutex_);
        drop_idle_sessions(now_ns);
        if (sessions_.size() >= options_.sessions_max) {
            auto idlest = sessions_.end();
            for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
                if (it->second->call_count() > 0 || it->second->outlet() != nullptr) continue;
                if (idlest == sessions_.end() ||
                    it->second->last_used_ns() < idlest->second->last_used_ns()) {
                    idlest = it;
                }
            }
            if (idlest == sessions_.end()) return nullptr;
            dropped = idlest->second;
            sessions_.erase(idlest);
        }
        sessions_[session->id()] = session;
    }
    if (dropped) dropped->close();
    return session;
}

void Server::drop_idle_sessions(std::int64_t now_ns) {
    std::erase_if(sessions_, [&](const auto& entry) {
        const Session& session = *entry.second;
        return session.call_count() == 0 && session.outlet() == nullptr &&
               now_ns - session.last_used_ns() > options_.session_idle_ms * 1'000'000;
    });
}

std::shared_ptr<Session> Server::find_session(const std::string& id, const std::string& caller) {
    base::MutexLock lock(mutex_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second->caller() != caller) return nullptr;
    found->second->touch(env_.clock.monotonic_ns());
    return found->second;
}

bool Server::close_session(const std::string& id, const std::string& caller) {
    std::shared_ptr<Session> session;
    std::vector<CallPointer> calls;
    {
        base::MutexLock lock(mutex_);
        const auto found = sessions_.find(id);
        if (found == sessions_.end() || found->second->caller() != caller) return false;
        session = found->second;
        sessions_.erase(found);
        for (const auto& [call, weak] : calls_) {
            auto held = weak.lock();
            if (held && held->request().session == session) calls.push_back(std::move(held));
        }
    }
    for (const CallPointer& call : calls)
        call->cancel(true);
    session->close();
    return true;
}

std::size_t Server::session_count() const {
    base::MutexLock lock(mutex_);
    return sessions_.size();
}

// ---- all clients ----

void Server::notify_all(std::string_view method, const json::object& params) {
    const json::string* uri = find_string(params, "uri");
    const bool update = method == "notifications/resources/updated";
    std::vector<CallPointer> listeners;
    std::vector<std::shared_ptr<Outlet>> outlets;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [key, subscription] : subscriptions_) {
            const bool wanted =
                update ? uri != nullptr &&
                             std::ranges::find(subscription.uris, std::string_view(*uri)) !=
                                 subscription.uris.end()
                       : (method == "notifications/tools/list_changed" && subscription.tools) ||
                             (method == "notifications/prompts/list_changed" &&
                              subscription.prompts) ||
                             (method == "notifications/resources/list_changed" &&
                              subscription.resources);
            if (wanted) listeners.push_back(subscription.call);
        }
        for (const auto& [id, session] : sessions_) {
            if (update && (uri == nullptr || !session->is_subscribed(std::string(*uri)))) continue;
            if (auto outlet = session->outlet()) outlets.push_back(std::move(outlet));
        }
    }
    for (const auto& outlet : outlets)
        outlet->send(make_notification(method, params));
    for (const CallPointer& call : listeners) {
        json::object tagged = params;
        json::value& meta = tagged["_meta"];
        if (!meta.is_object()) meta.emplace_object();
        meta.get_object()[meta_key::subscription_id] = call->request().message.id;
        call->outlet().send(make_notification(method, std::move(tagged)));
    }
}

std::size_t Server::subscription_count() const {
    base::MutexLock lock(mutex_);
    return subscriptions_.size();
}

std::size_t Server::call_count() const {
    base::MutexLock lock(mutex_);
    return calls_.size();
}

void Server::remove_subscription(const Call* call) {
    CallPointer held;
    {
        base::MutexLock lock(mutex_);
        const auto found = subscriptions_.find(call);
        if (found == subscriptions_.end()) return;
        held = found->second.call;
        subscriptions_.erase(found);
    }
    held->succeed(
        {{"_meta", json::object{{meta_key::subscription_id, held->request().message.id}}}});
}

void Server::stop() {
    std::vector<CallPointer> calls;
    std::vector<const Call*> listeners;
    std::vector<std::shared_ptr<Session>> sessions;
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        for (const auto& [call, subscription] : subscriptions_)
            listeners.push_back(call);
        for (const auto& [call, weak] : calls_) {
            if (subscriptions_.contains(call)) continue;
            if (auto held = weak.lock()) calls.push_back(std::move(held));
        }
        for (const auto& [id, session] : sessions_)
            sessions.push_back(session);
        sessions_.clear();
    }
    for (const Call* call : listeners)
        remove_subscription(call);
    for (const CallPointer& call : calls)
        call->cancel(false);
    calls.clear();
    for (const auto& session : sessions)
        session->close();
    base::MutexLock lock(mutex_);
    const bool all_left =
        none_left_.wait_for(lock, std::chrono::milliseconds(stop_timeout_ms),
                            [this]() NO_THREAD_SAFETY_ANALYSIS { return calls_.empty(); });
    if (!all_left) env_.log.error("requests to the MCP server did not end", {});
}

}  // namespace mcp
