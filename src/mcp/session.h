// What is kept of a client between its requests: a session of the session era over HTTP, or the
// one connection of stdio. The stateless era over HTTP keeps nothing.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/mutex.h"
#include "mcp/outlet.h"
#include "mcp/registry.h"

namespace mcp {

class Call;

// Severity of a log level of MCP, debug 0 … emergency 7; -1 for anything else.
int log_severity(std::string_view level);

// Any thread.
class Session {
  public:
    static constexpr std::size_t subscriptions_max = 256;
    static constexpr std::size_t questions_max = 64;  // asked of the client, unanswered

    Session(std::string id, std::string caller) : id_(std::move(id)), caller_(std::move(caller)) {}

    const std::string& id() const { return id_; }
    const std::string& caller() const { return caller_; }

    // ---- agreed at initialize ----
    void agree(std::string version, boost::json::object capabilities);
    std::string version() const;  // "" before
    boost::json::object capabilities() const;

    void set_log_level(int severity);
    bool wants_log(int severity) const;

    // ---- requests under way, for cancelling by id ----
    // False: a request with that id runs already.
    bool add_call(const std::string& id, const std::shared_ptr<Call>& call);
    void remove_call(const std::string& id);
    std::shared_ptr<Call> find_call(const std::string& id) const;
    std::size_t call_count() const;

    // ---- questions to the client ----
    // The id to ask under; "" when too many are open (`done` is then untouched).
    std::string ask(Context::ClientDone& done);
    // The client's answer; false when nobody asked that.
    bool answer(const std::string& id, std::optional<boost::json::object> result);

    // ---- resources that the client watches ----
    bool subscribe(const std::string& uri);  // false: too many
    void unsubscribe(const std::string& uri);
    bool is_subscribed(const std::string& uri) const;

    // ---- where what belongs to no request goes ----
    // The one before is ended.
    void set_outlet(std::shared_ptr<Outlet> outlet);
    std::shared_ptr<Outlet> outlet() const;

    // Everything that was asked is answered with nothing, the outlet ends. Not the calls.
    void close();

    // For the expiry of idle sessions.
    void touch(std::int64_t now_ns);
    std::int64_t last_used_ns() const;

  private:
    const std::string id_;
    const std::string caller_;
    mutable base::Mutex mutex_;
    std::string version_ GUARDED_BY(mutex_);
    boost::json::object capabilities_ GUARDED_BY(mutex_);
    int log_severity_ GUARDED_BY(mutex_) = 0;
    std::map<std::string, std::weak_ptr<Call>> calls_ GUARDED_BY(mutex_);
    std::map<std::string, Context::ClientDone> questions_ GUARDED_BY(mutex_);
    std::uint64_t next_question_ GUARDED_BY(mutex_) = 1;
    std::set<std::string> subscriptions_ GUARDED_BY(mutex_);
    std::shared_ptr<Outlet> outlet_ GUARDED_BY(mutex_);
    std::int64_t last_used_ns_ GUARDED_BY(mutex_) = 0;
};

}  // namespace mcp
