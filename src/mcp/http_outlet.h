// The answer to one HTTP request: JSON when only the result is said, an event stream from the first
// notification on. In a session a stream that broke can be taken up again (Last-Event-ID).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "mcp/outlet.h"
#include "server/http_server.h"
#include "wire/live_body.h"

namespace mcp {

// Open event streams of a transport, counted and kept from falling asleep.
class Streams;

class HttpOutlet final : public Outlet, public std::enable_shared_from_this<HttpOutlet> {
  public:
    // What is kept for a client that comes back.
    static constexpr std::size_t history_events_max = 64;
    static constexpr std::size_t history_bytes_max = 1024 * 1024;
    // How long it may stay away before it counts as gone.
    static constexpr std::int64_t away_ms_max = 30'000;
    static constexpr std::int64_t retry_ms = 500;  // what the client is told to wait

    struct Options {
        bool may_stream = true;  // the client takes text/event-stream
        // Names the stream for coming back, "" when it cannot. Events begin with an empty one.
        std::string resumable_as = {};
        wire::Headers headers = {};  // of the answer
    };
    HttpOutlet(std::shared_ptr<server::Exchange> exchange, std::shared_ptr<Streams> streams,
               base::Executor& executor, Options options);
    // Before anything else.
    void start();
    // Make it an event stream now. False: it cannot be one.
    bool open();
    // The client came back on another request, having seen events up to `seen`.
    bool resume(std::shared_ptr<server::Exchange> exchange, std::uint64_t seen);
    const std::string& resumable_as() const { return options_.resumable_as; }

    bool send(const boost::json::object& message) override;
    void finish(const boost::json::object& response, int http_status) override;
    void end() override;
    void when_gone(base::Task task) override;
    void break_off() override;
    void keep_alive();

  private:
    struct Event {
        std::uint64_t number = 0;
        std::string text;
    };
    bool open_locked() REQUIRES(mutex_);
    void write_event(const boost::json::object& message) REQUIRES(mutex_);
    void attach(server::Exchange& exchange) REQUIRES(mutex_);
    void lost(const wire::LiveBody* body);
    void give_up();
    void give_up_unless_back(std::uint64_t absence);

    const std::shared_ptr<Streams> streams_;
    base::Executor& executor_;
    const Options options_;
    base::Mutex mutex_;
    std::shared_ptr<server::Exchange> exchange_ GUARDED_BY(mutex_);  // until it is answered
    std::shared_ptr<wire::LiveBody> live_ GUARDED_BY(mutex_);        // while somebody reads
    bool streaming_ GUARDED_BY(mutex_) = false;                      // it has been a stream
    bool finished_ GUARDED_BY(mutex_) = false;
    bool gone_ GUARDED_BY(mutex_) = false;
    std::uint64_t absences_ GUARDED_BY(mutex_) = 0;
    std::uint64_t next_event_ GUARDED_BY(mutex_) = 0;
    std::deque<Event> history_ GUARDED_BY(mutex_);
    std::size_t history_bytes_ GUARDED_BY(mutex_) = 0;
    std::vector<base::Task> when_gone_ GUARDED_BY(mutex_);
};

// Any thread.
class Streams : public std::enable_shared_from_this<Streams> {
  public:
    static constexpr std::int64_t keep_alive_ms = 15'000;

    Streams(base::Executor& executor, std::size_t streams_max)
        : executor_(executor), streams_max_(streams_max) {}
    bool add(const std::shared_ptr<HttpOutlet>& outlet);  // false: too many
    void remove(const HttpOutlet* outlet);
    std::size_t count() const;

    // Streams that their clients may come back to.
    void remember(const std::shared_ptr<HttpOutlet>& outlet);
    std::shared_ptr<HttpOutlet> find(const std::string& resumable_as) const;
    void forget(const std::string& resumable_as);
    void stop();

  private:
    void arm() REQUIRES(mutex_);
    void keep_all_alive();

    base::Executor& executor_;
    const std::size_t streams_max_;
    mutable base::Mutex mutex_;
    bool stopped_ GUARDED_BY(mutex_) = false;
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;
    std::map<const HttpOutlet*, std::weak_ptr<HttpOutlet>> open_ GUARDED_BY(mutex_);
    std::map<std::string, std::weak_ptr<HttpOutlet>> resumable_ GUARDED_BY(mutex_);
};

}  // namespace mcp
