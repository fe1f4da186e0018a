// One engine process and the query it runs: answers its requests for objects, hands its rows to the
// sink, and says how the query ended.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/executor.h"
#include "base/message_channel.h"
#include "base/mutex.h"
#include "sql_engine/protocol.h"
#include "sql_engine/sql_engine.h"

namespace sql_engine {

// One query on its way through the engine.
struct RunningQuery {
    QueryId id = 0;
    QueryPlan plan;
    std::shared_ptr<ResultSink> sink;
    std::int64_t queued_ns = 0;
    std::int64_t started_ns = 0;
    base::TimerId time_limit = 0;

    base::Mutex mutex;
    // Why the engine ends it (cancel, time, a failed sink): wins over what the worker says.
    std::optional<QueryFailure> stopped GUARDED_BY(mutex);
    std::unordered_map<std::int64_t, std::shared_ptr<const ObjectBytes>> open GUARDED_BY(mutex);
};
// Objects one query may hold open at once; the worker has one per thread.
inline constexpr std::size_t open_objects_max = 64;

class Worker;

// Both calls come on the executor.
class WorkerOwner {
  public:
    virtual ~WorkerOwner() = default;
    // The query has finished and the worker can take another.
    virtual void query_ended(const std::shared_ptr<Worker>& worker) = 0;
    // The process is gone; its query, if any, has finished.
    virtual void worker_closed(const std::shared_ptr<Worker>& worker) = 0;
};

class Worker : public std::enable_shared_from_this<Worker> {
  public:
    Worker(WorkerOwner& owner, base::Executor& executor, base::Clock& clock)
        : owner_(owner), executor_(executor), clock_(clock) {}

    base::Result<void> start(base::ChannelLauncher& launcher);
    // Send the query; its sink is finished from now on by this worker, whatever happens.
    void assign(std::shared_ptr<RunningQuery> query);
    // Ask the running query to end: the worker answers with its end.
    void interrupt();
    // End the process; worker_closed follows.
    void kill();

    // The owner's bookkeeping, under the owner's lock.
    bool busy = false;
    QueryId running = 0;
    std::uint64_t idle_round = 0;
    base::TimerId idle_timer = 0;

  private:
    class Handler;
    void on_message(std::string message);
    void on_closed(const std::string& reason);
    void handle(const protocol::Unpacked& message);
    void open_object(const std::shared_ptr<RunningQuery>& query, std::int64_t request,
                     std::size_t scan, std::size_t object);
    void read_object(const std::shared_ptr<RunningQuery>& query,
                     const protocol::ObjectRequest& request);
    void deliver_rows(const std::shared_ptr<RunningQuery>& query, std::string_view raw);
    void end_query(const protocol::End& end);
    // Finish the current query, if any; false when there was none.
    bool finish(QueryEnd end);
    void protocol_error(const std::string& what);
    std::shared_ptr<RunningQuery> current();

    WorkerOwner& owner_;
    base::Executor& executor_;
    base::Clock& clock_;
    std::shared_ptr<base::MessageChannel> channel_;

    base::Mutex mutex_;
    std::shared_ptr<RunningQuery> query_ GUARDED_BY(mutex_);
};

}  // namespace sql_engine
