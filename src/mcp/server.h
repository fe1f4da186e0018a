// The MCP server without its transports: methods of both eras, sessions, requests under way,
// subscriptions. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/token_sealer.h"
#include "aws/validation.h"
#include "base/metrics.h"
#include "base/random.h"
#include "mcp/call.h"
#include "mcp/era.h"

namespace mcp {

struct ServerOptions {
    std::string name = "datastack";
    std::string title = "Data Stack";
    std::string version = "0.1.0";
    std::size_t page_entries_max = 100;
    std::size_t calls_max = 1024;          // under way, all clients together
    std::size_t sessions_max = 1000;       // beyond it the one idle for longest goes
    std::size_t subscriptions_max = 4096;  // listen streams, all clients together
    std::int64_t session_idle_ms = 3'600'000;
    std::int64_t list_ttl_ms = 300'000;      // how long a client may keep a list
    std::int64_t resources_ttl_ms = 10'000;  // and that of resources, which come and go
};

class Server {
  public:
    struct Environment {
        Backend& backend;
        const base::Clock& clock;
        base::Executor& executor;
        base::Random& random;
        base::Log& log;
        base::Metrics& metrics;
        std::string_view master_key;  // 32 bytes, for what clients carry for us
    };
    Server(ServerOptions options, Environment environment, Catalog catalog);
    ~Server();  // stop()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Answer a request. `run` may return before it is answered.
    void run(Request request, std::shared_ptr<Outlet> outlet);
    // A notification of a client. `session` may be null.
    void notified(const std::shared_ptr<Session>& session, const Message& message);
    // A client's answer to a question of ours. False: nobody asked.
    bool answered(Session& session, const Message& message);

    // The arguments of that tool that headers repeat.
    std::span<const HeaderParameter> header_parameters(std::string_view tool) const;

    // ---- sessions ----
    // Null when there are too many, all of them busy.
    std::shared_ptr<Session> open_session(const std::string& caller);
    // The session of that caller; null when there is none.
    std::shared_ptr<Session> find_session(const std::string& id, const std::string& caller);
    bool close_session(const std::string& id, const std::string& caller);
    std::size_t session_count() const;
    // A session that is not in the list: stdio's.
    std::shared_ptr<Session> make_session(std::string id, std::string caller) const;

    // ---- all clients ----
    void notify_all(std::string_view method, const boost::json::object& params);
    std::size_t subscription_count() const;
    std::size_t call_count() const;

    // Cancel what runs, end the subscriptions, and wait for the answers. No request may come
    // afterwards.
    void stop();

    const Environment& environment() const { return env_; }
    const ServerOptions& options() const { return options_; }

  private:
    friend class Call;
    using CallPointer = std::shared_ptr<Call>;
    struct Method {
        std::string_view name;
        enum class Where { both, session, stateless } where;
        void (Server::*run)(const CallPointer& call);
    };
    static const Method methods[];
    // A listen stream of the stateless era.
    struct Subscription {
        CallPointer call;
        bool tools = false;
        bool prompts = false;
        bool resources = false;
        std::vector<std::string> uris;
    };

    // methods_core.cpp
    void initialize(const CallPointer& call);
    void discover(const CallPointer& call);
    void ping(const CallPointer& call);
    void set_level(const CallPointer& call);
    void listen(const CallPointer& call);
    // methods_catalog.cpp
    void list_tools(const CallPointer& call);
    void call_tool(const CallPointer& call);
    void list_resources(const CallPointer& call);
    void list_from_template(const CallPointer& call, std::size_t index, const std::string& from);
    void list_templates(const CallPointer& call);
    void read_resource(const CallPointer& call);
    void subscribe(const CallPointer& call);
    void unsubscribe(const CallPointer& call);
    void list_prompts(const CallPointer& call);
    void get_prompt(const CallPointer& call);
    void complete(const CallPointer& call);

    boost::json::object server_info() const;
    boost::json::object capabilities() const;
    void describe_catalog();
    void answer_page(const CallPointer& call, std::string_view member,
                     const boost::json::array& entries);
    const Tool* find_tool(std::string_view name) const;
    bool resource_exists(const std::string& uri) const;
    // What every result of the stateless era says about itself.
    void complete_result(const Call& call, boost::json::object& result) const;

    bool enter(const CallPointer& call);
    void left(const Call& call);
    void remove_subscription(const Call* call);
    void drop_idle_sessions(std::int64_t now_ns) REQUIRES(mutex_);

    const ServerOptions options_;
    const Environment env_;
    const Catalog catalog_;
    const aws::TokenSealer sealer_;
    const aws::Validator validator_;
    // tools/list and its like, made once.
    boost::json::array tools_;
    boost::json::array resources_;
    boost::json::array templates_;
    boost::json::array prompts_;
    std::map<std::string, std::vector<HeaderParameter>, std::less<>> header_parameters_;

    mutable base::Mutex mutex_;
    base::ConditionVariable none_left_;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::map<std::string, std::shared_ptr<Session>> sessions_ GUARDED_BY(mutex_);
    std::map<const Call*, std::weak_ptr<Call>> calls_ GUARDED_BY(mutex_);
    std::map<const Call*, Subscription> subscriptions_ GUARDED_BY(mutex_);
};

}  // namespace mcp
