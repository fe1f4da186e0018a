#include "mcp/session.h"

#include <algorithm>

namespace mcp {

int log_severity(std::string_view level) {
    static constexpr std::string_view levels[] = {"debug", "info",     "notice", "warning",
                                                  "error", "critical", "alert",  "emergency"};
    const auto* found = std::ranges::find(levels, level);
    return found != std::end(levels) ? static_cast<int>(found - std::begin(levels)) : -1;
}

void Session::agree(std::string version, boost::json::object capabilities) {
    base::MutexLock lock(mutex_);
    version_ = std::move(version);
    capabilities_ = std::move(capabilities);
}

std::string Session::version() const {
    base::MutexLock lock(mutex_);
    return version_;
}

boost::json::object Session::capabilities() const {
    base::MutexLock lock(mutex_);
    return capabilities_;
}

void Session::set_log_level(int severity) {
    base::MutexLock lock(mutex_);
    log_severity_ = severity;
}

bool Session::wants_log(int severity) const {
    base::MutexLock lock(mutex_);
    return severity >= log_severity_;
}

bool Session::add_call(const std::string& id, const std::shared_ptr<Call>& call) {
    base::MutexLock lock(mutex_);
    return calls_.try_emplace(id, call).second;
}

void Session::remove_call(const std::string& id) {
    base::MutexLock lock(mutex_);
    calls_.erase(id);
}

std::shared_ptr<Call> Session::find_call(const std::string& id) const {
    base::MutexLock lock(mutex_);
    const auto found = calls_.find(id);
    return found != calls_.end() ? found->second.lock() : nullptr;
}

std::size_t Session::call_count() const {
    base::MutexLock lock(mutex_);
    return calls_.size();
}

std::string Session::ask(Context::ClientDone& done) {
    base::MutexLock lock(mutex_);
    if (questions_.size() >= questions_max) return "";
    std::string id = "server-" + std::to_string(next_question_++);
    questions_[id] = std::move(done);
    return id;
}

bool Session::answer(const std::string& id, std::optional<boost::json::object> result) {
    Context::ClientDone done;
    {
        base::MutexLock lock(mutex_);
        const auto found = questions_.find(id);
        if (found == questions_.end()) return false;
        done = std::move(found->second);
        questions_.erase(found);
    }
    done(std::move(result));
    return true;
}

bool Session::subscribe(const std::string& uri) {
    base::MutexLock lock(mutex_);
    if (subscriptions_.size() >= subscriptions_max && !subscriptions_.contains(uri)) return false;
    subscriptions_.insert(uri);
    return true;
}

void Session::unsubscribe(const std::string& uri) {
    base::MutexLock lock(mutex_);
    subscriptions_.erase(uri);
}

bool Session::is_subscribed(const std::string& uri) const {
    base::MutexLock lock(mutex_);
    return subscriptions_.contains(uri);
}

void Session::set_outlet(std::shared_ptr<Outlet> outlet) {
    {
        base::MutexLock lock(mutex_);
        std::swap(outlet_, outlet);
    }
    if (outlet) outlet->end();
}

std::shared_ptr<Outlet> Session::outlet() const {
    base::MutexLock lock(mutex_);
    return outlet_;
}

void Session::close() {
    std::map<std::string, Context::ClientDone> questions;
    std::shared_ptr<Outlet> outlet;
    {
        base::MutexLock lock(mutex_);
        std::swap(questions, questions_);
        std::swap(outlet, outlet_);
    }
    for (auto& [id, done] : questions)
        done(std::nullopt);
    if (outlet) outlet->end();
}

void Session::touch(std::int64_t now_ns) {
    base::MutexLock lock(mutex_);
    last_used_ns_ = now_ns;
}

std::int64_t Session::last_used_ns() const {
    base::MutexLock lock(mutex_);
    return last_used_ns_;
}

}  // namespace mcp
