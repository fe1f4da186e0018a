// What tests of the server use: a server over a stepped executor, and outlets that remember.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mcp/server.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/virtual_clock.h"

namespace mcp::testing {

class RecordingOutlet final : public Outlet {
  public:
    bool send(const boost::json::object& message) override;
    void finish(const boost::json::object& response, int http_status) override;
    void end() override { ended = true; }
    void when_gone(base::Task task) override { gone_tasks.push_back(std::move(task)); }
    void go();  // the client is gone

    std::vector<boost::json::object> sent;
    std::vector<boost::json::object> responses;
    int status = 0;
    bool ended = false;
    bool readable = true;
    std::vector<base::Task> gone_tasks;
};

class NoBackend final : public Backend {
  public:
    void call(std::string_view, std::string_view, boost::json::object, Done done) override;
    void read_object(std::string, std::string, std::uint64_t, std::uint64_t,
                     ReadDone done) override;
};

struct Bench {
    // `services` outlive it; without them nothing answers.
    explicit Bench(Catalog catalog, ServerOptions options = {}, Backend* services = nullptr);

    // A request of the stateless era; its outlet has the answer when everything that can run has.
    std::shared_ptr<RecordingOutlet> ask(std::string_view method, boost::json::object params = {},
                                         std::string caller = "a");
    // One of the session era.
    std::shared_ptr<RecordingOutlet> ask(const std::shared_ptr<Session>& session,
                                         std::string_view method, boost::json::object params = {},
                                         boost::json::value id = 1);
    std::shared_ptr<Session> open(boost::json::object capabilities = {});

    sim::VirtualClock clock;
    sim::SeededExecutor executor{1, clock};
    sim::SeededRandom random{2};
    sim::RecordingLog log;
    base::Metrics metrics;
    NoBackend backend;
    Server server;
};

// The `result` of the one response; fails the test when it is an error.
boost::json::object result_of(const RecordingOutlet& outlet);
// The code of the one error; 0 when there is none.
int code_of(const RecordingOutlet& outlet);

}  // namespace mcp::testing
