#include "mcp/call.h"

#include "mcp/server.h"

namespace mcp {

namespace {

namespace json = boost::json;

json::object capabilities_of(const Request& request) {
    if (request.era == Era::session) {
        return request.session ? request.session->capabilities() : json::object();
    }
    const json::object* meta = find_object(request.message.params, "_meta");
    const json::object* found =
        meta != nullptr ? find_object(*meta, meta_key::client_capabilities) : nullptr;
    return found != nullptr ? *found : json::object();
}

json::value progress_token_of(const Request& request) {
    const json::object* meta = find_object(request.message.params, "_meta");
    const json::value* token = meta != nullptr ? meta->if_contains("progressToken") : nullptr;
    if (token == nullptr || !(token->is_string() || token->is_number())) return nullptr;
    return *token;
}

// "sampling" for "sampling/createMessage": what the client must have declared.
std::string_view capability_for(std::string_view method) {
    return method.substr(0, method.find('/'));
}

std::string bound_purpose(std::string_view purpose, const std::string& caller) {
    std::string bound(purpose);
    bound.push_back('\0');
    return bound + caller;
}

}  // namespace

Call::Call(Server& server, Request request, std::shared_ptr<Outlet> outlet)
    : server_(server),
      request_(std::move(request)),
      outlet_(std::move(outlet)),
      id_(id_text(request_.message.id)),
      capabilities_(capabilities_of(request_)),
      progress_token_(progress_token_of(request_)),
      started_ns_(server.environment().clock.monotonic_ns()) {}

Call::~Call() = default;

// ---- the end ----

bool Call::take_end() {
    base::MutexLock lock(mutex_);
    const bool first = !ended_;
    ended_ = true;
    return first;
}

// The last thing that touches the server.
void Call::leave() {
    if (request_.session && registered_) request_.session->remove_call(id_);
    server_.left(*this);
}

void Call::cancel(bool silently) {
    std::vector<base::Task> tasks;
    {
        base::MutexLock lock(mutex_);
        if (ended_ || cancelled_) return;
        cancelled_ = true;
        std::swap(tasks, when_cancelled_);
    }
    // The handler still runs, and leaves when it has noticed.
    if (silently) outlet_->end();
    for (base::Task& task : tasks)
        server_.environment().executor.post(std::move(task));
}

void Call::succeed(json::object result) {
    if (!take_end()) return;
    if (request_.era == Era::stateless) server_.complete_result(*this, result);
    outlet_->finish(make_response(request_.message.id, std::move(result)), 200);
    leave();
}

void Call::refuse(RpcError error) {
    const bool missing =
        request_.era == Era::stateless && error.code == error_code::method_not_found;
    refuse_with(std::move(error), missing ? 404 : 200);
}

void Call::refuse_with(RpcError error, int http_status) {
    if (!take_end()) return;
    outlet_->finish(make_error(request_.message.id, error), http_status);
    leave();
}

// ---- what the handler sees ----

Backend& Call::backend() {
    return server_.environment().backend;
}
const base::Clock& Call::clock() const {
    return server_.environment().clock;
}
base::Executor& Call::executor() {
    return server_.environment().executor;
}
base::Log& Call::log() {
    return server_.environment().log;
}

void Call::progress(double done, std::optional<double> total, std::string_view message) {
    if (progress_token_.is_null()) return;
    {
        base::MutexLock lock(mutex_);
        if (ended_ || cancelled_ || done <= progress_) return;
        progress_ = done;
    }
    json::object params{{"progressToken", progress_token_}, {"progress", done}};
    if (total) params["total"] = *total;
    if (!message.empty()) params["message"] = message;
    outlet_->send(make_notification("notifications/progress", std::move(params)));
}

bool Call::is_cancelled() const {
    base::MutexLock lock(mutex_);
    return cancelled_;
}

void Call::when_cancelled(base::Task task) {
    {
        base::MutexLock lock(mutex_);
        if (!cancelled_) {
            when_cancelled_.push_back(std::move(task));
            return;
        }
    }
    task();
}

std::string Call::seal(std::string_view purpose, std::string_view plain) const {
    return server_.sealer_.seal(bound_purpose(purpose, request_.caller), plain);
}

std::optional<std::string> Call::open(std::string_view purpose, std::string_view sealed) const {
    return server_.sealer_.open(bound_purpose(purpose, request_.caller), sealed);
}

void Call::log_to_client(std::string_view level, json::value data) {
    const int severity = log_severity(level);
    if (severity < 0) return;
    if (request_.era == Era::stateless) {
        // Only who asks for it in this very request gets it.
        const json::object* meta = find_object(request_.message.params, "_meta");
        const json::string* wanted =
            meta != nullptr ? find_string(*meta, meta_key::log_level) : nullptr;
        const int least = wanted != nullptr ? log_severity(*wanted) : -1;
        if (least < 0 || severity < least) return;
    } else if (request_.session && !request_.session->wants_log(severity)) {
        return;
    }
    outlet_->send(make_notification(
        "notifications/message",
        {{"level", level}, {"logger", server_.options().name}, {"data", std::move(data)}}));
}

void Call::ask_client(std::string_view method, json::object params, ClientDone done) {
    const auto& session = request_.session;
    if (request_.era != Era::session || !session ||
        !capabilities_.contains(capability_for(method)) || is_cancelled()) {
        return done(std::nullopt);
    }
    const std::string id = session->ask(done);
    if (id.empty()) return done(std::nullopt);
    const std::weak_ptr<Session> weak = session;
    const auto give_up = [weak, id] {
        if (const auto held = weak.lock()) held->answer(id, std::nullopt);
    };
    when_cancelled(give_up);
    executor().after(question_timeout_ms, give_up);
    if (!outlet_->send(make_request(id, method, std::move(params)))) give_up();
}

void Call::notify_all(std::string_view method, json::object params) {
    server_.notify_all(method, params);
}

}  // namespace mcp
