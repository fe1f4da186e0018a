// The methods that are about the protocol itself.
#include "mcp/server.h"

namespace mcp {

namespace json = boost::json;

json::object Server::server_info() const {
    return {{"name", options_.name}, {"title", options_.title}, {"version", options_.version}};
}

json::object Server::capabilities() const {
    const json::object lists =
        catalog_.lists_change ? json::object{{"listChanged", true}} : json::object();
    const json::object resources = catalog_.resources_change
                                       ? json::object{{"listChanged", true}, {"subscribe", true}}
                                       : json::object();
    return {{"tools", lists},
            {"resources", resources},
            {"prompts", lists},
            {"completions", json::object()},
            {"logging", json::object()}};
}

void Server::complete_result(const Call& call, json::object& result) const {
    if (!result.contains("resultType")) result["resultType"] = "complete";
    json::value& meta = result["_meta"];
    if (!meta.is_object()) meta.emplace_object();
    meta.get_object()[meta_key::server_info] = server_info();
    const std::string& method = call.method();
    const bool list = method == "server/discover" || method.ends_with("/list");
    if (!list && method != "resources/read") return;
    if (result.at("resultType") != "complete") return;
    // Who answers may know better.
    if (result.contains("ttlMs") && result.contains("cacheScope")) return;
    // Tools and prompts are the same for everyone, and for as long as this runs; names and
    // contents of resources are not.
    const bool of_caller = !list || method == "resources/list";
    result["ttlMs"] = of_caller ? options_.resources_ttl_ms : options_.list_ttl_ms;
    result["cacheScope"] = of_caller ? "private" : "public";
}

void Server::initialize(const CallPointer& call) {
    const json::string* wanted = find_string(call->params(), "protocolVersion");
    if (wanted == nullptr) {
        return call->refuse({error_code::invalid_params, "params.protocolVersion is required"});
    }
    const std::string version(is_session_version(*wanted) ? std::string_view(*wanted)
                                                          : session_versions[0]);
    if (call->request().session) {
        const json::object* declared = find_object(call->params(), "capabilities");
        call->request().session->agree(version, declared != nullptr ? *declared : json::object());
    }
    call->succeed({{"protocolVersion", version},
                   {"capabilities", capabilities()},
                   {"serverInfo", server_info()},
                   {"instructions", catalog_.instructions}});
}

void Server::discover(const CallPointer& call) {
    call->succeed({{"supportedVersions", supported_versions()},
                   {"capabilities", capabilities()},
                   {"instructions", catalog_.instructions}});
}

void Server::ping(const CallPointer& call) {
    call->succeed({});
}

void Server::set_level(const CallPointer& call) {
    const json::string* level = find_string(call->params(), "level");
    const int severity = level != nullptr ? log_severity(*level) : -1;
    if (severity < 0) {
        return call->refuse({error_code::invalid_params,
                             "level is one of debug, info, notice, warning, error, critical, "
                             "alert, emergency"});
    }
    if (call->request().session) call->request().session->set_log_level(severity);
    call->succeed({});
}

namespace {

bool is_true(const json::object& filter, std::string_view name) {
    const json::value* value = filter.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

void Server::listen(const CallPointer& call) {
    const json::object* filter = find_object(call->params(), "notifications");
    if (filter == nullptr) {
        return call->refuse({error_code::invalid_params, "params.notifications is required"});
    }
    Subscription subscription;
    subscription.call = call;
    subscription.tools = catalog_.lists_change && is_true(*filter, "toolsListChanged");
    subscription.prompts = catalog_.lists_change && is_true(*filter, "promptsListChanged");
    subscription.resources = catalog_.resources_change && is_true(*filter, "resourcesListChanged");
    json::array uris;
    if (const json::value* wanted = filter->if_contains("resourceSubscriptions")) {
        if (!wanted->is_array() || wanted->get_array().size() > Session::subscriptions_max) {
            return call->refuse({error_code::invalid_params,
                                 "resourceSubscriptions is a list of at most " +
                                     std::to_string(Session::subscriptions_max) + " addresses"});
        }
        for (const json::value& uri : wanted->get_array()) {
            if (!catalog_.resources_change || !uri.is_string()) continue;
            if (!resource_exists(std::string(uri.get_string()))) continue;
            subscription.uris.emplace_back(uri.get_string());
            uris.push_back(uri);
        }
    }
    json::object honored;
    if (subscription.tools) honored["toolsListChanged"] = true;
    if (subscription.prompts) honored["promptsListChanged"] = true;
    if (subscription.resources) honored["resourcesListChanged"] = true;
    if (!uris.empty()) honored["resourceSubscriptions"] = std::move(uris);
    const bool nothing = honored.empty();
    const json::object meta{{meta_key::subscription_id, call->request().message.id}};
    {
        base::MutexLock lock(mutex_);
        if (subscriptions_.size() < options_.subscriptions_max) {
            subscriptions_[call.get()] = std::move(subscription);
        }
    }
    if (subscription.call) {
        return call->refuse_with({error_code::internal_error, "too many listen streams"}, 503);
    }
    call->outlet().send(
        make_notification("notifications/subscriptions/acknowledged",
                          {{"notifications", std::move(honored)}, {"_meta", meta}}));
    const Call* key = call.get();
    if (nothing) return remove_subscription(key);
    call->when_cancelled([this, key] { remove_subscription(key); });
}

}  // namespace mcp
