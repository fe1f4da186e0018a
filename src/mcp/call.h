// One request under way: what its handler sees of it (Context), and where its result goes.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "mcp/json_rpc.h"
#include "mcp/outlet.h"
#include "mcp/registry.h"
#include "mcp/session.h"

namespace mcp {

class Server;

// A request as a transport hands it over.
struct Request {
    Message message;
    Era era = Era::session;
    // Null in the stateless era over HTTP, and without sessions.
    std::shared_ptr<Session> session;
    // Who asks, as authorization found out: cursors are bound to it.
    std::string caller;
};

class Call final : public Context, public ResultSink, public std::enable_shared_from_this<Call> {
  public:
    // A question to the client that is not answered for so long is given up.
    static constexpr std::int64_t question_timeout_ms = 5 * 60 * 1000;

    Call(Server& server, Request request, std::shared_ptr<Outlet> outlet);
    ~Call() override;

    const Request& request() const { return request_; }
    const std::string& method() const { return request_.message.method; }
    Outlet& outlet() { return *outlet_; }
    RawAnswer answer() { return RawAnswer(shared_from_this()); }
    // Keeps the decoded input as long as the call.
    void hold(std::shared_ptr<void> input) { input_ = std::move(input); }

    // The client does not want it any more; `silently`: nor a response. What waits for it runs.
    void cancel(bool silently);

    // ---- ResultSink ----
    void succeed(boost::json::object result) override;
    void refuse(RpcError error) override;
    void refuse_with(RpcError error, int http_status);

    // ---- Context ----
    Backend& backend() override;
    const base::Clock& clock() const override;
    base::Executor& executor() override;
    base::Log& log() override;
    void progress(double done, std::optional<double> total, std::string_view message) override;
    bool is_cancelled() const override;
    void when_cancelled(base::Task task) override;
    std::string seal(std::string_view purpose, std::string_view plain) const override;
    std::optional<std::string> open(std::string_view purpose,
                                    std::string_view sealed) const override;
    Era era() const override { return request_.era; }
    const boost::json::object& params() const override { return request_.message.params; }
    const boost::json::object& client_capabilities() const override { return capabilities_; }
    void log_to_client(std::string_view level, boost::json::value data) override;
    void ask_client(std::string_view method, boost::json::object params, ClientDone done) override;
    void break_stream() override { outlet_->break_off(); }
    void notify_all(std::string_view method, boost::json::object params) override;

  private:
    bool take_end();
    void leave();

    Server& server_;
    const Request request_;
    const std::shared_ptr<Outlet> outlet_;
    const std::string id_;
    boost::json::object capabilities_;
    boost::json::value progress_token_ = nullptr;
    std::shared_ptr<void> input_;
    const std::int64_t started_ns_;
    std::atomic<bool> registered_{false};

    mutable base::Mutex mutex_;
    bool ended_ GUARDED_BY(mutex_) = false;
    bool cancelled_ GUARDED_BY(mutex_) = false;
    double progress_ GUARDED_BY(mutex_) = -1;
    std::vector<base::Task> when_cancelled_ GUARDED_BY(mutex_);

    friend class Server;
};

}  // namespace mcp
