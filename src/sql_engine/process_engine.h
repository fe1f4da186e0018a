// SqlEngine over engine processes: a queue of queries, a few workers with one query each, warm ones
// reused, idle ones ended. A query that hangs or eats all memory costs its own worker only.
// Timers refer to the engine: stop() it, then stop the executor, then destroy it.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/message_channel.h"
#include "base/mutex.h"
#include "sql_engine/sql_engine.h"
#include "sql_engine/worker.h"

namespace sql_engine {

struct EngineOptions {
    std::size_t workers_max = 2;
    // A worker without a query for this long is ended, and its memory is the system's again.
    std::int64_t idle_ms = 60'000;
    // A worker that has not ended its query this long after a cancel is killed.
    std::int64_t cancel_grace_ms = 2'000;
};

class ProcessEngine final : public SqlEngine, private WorkerOwner {
  public:
    ProcessEngine(EngineOptions options, base::ChannelLauncher& launcher, base::Executor& executor,
                  base::Clock& clock, base::Log& log);
    ~ProcessEngine() override;  // stop()

    QueryId run(QueryPlan plan, std::shared_ptr<ResultSink> sink) override;
    void cancel(QueryId id) override;
    void stop() override;

    std::size_t worker_count() const;

  private:
    void query_ended(const std::shared_ptr<Worker>& worker) override;
    void worker_closed(const std::shared_ptr<Worker>& worker) override;

    // Give waiting queries to idle workers, and ask for new workers up to workers_max.
    void dispatch() EXCLUDES(mutex_);
    void launch_worker();
    void arm_idle_timer(const std::shared_ptr<Worker>& worker) REQUIRES(mutex_);
    void end_if_idle(const std::shared_ptr<Worker>& worker, std::uint64_t idle_since);
    void stop_query(QueryId id, std::string_view code, const std::string& message);
    void finish_unstarted(std::shared_ptr<RunningQuery> query, QueryFailure failure);
    void forget(QueryId id) REQUIRES(mutex_);

    const EngineOptions options_;
    base::ChannelLauncher& launcher_;
    base::Executor& executor_;
    base::Clock& clock_;
    base::Log& log_;

    mutable base::Mutex mutex_;
    base::ConditionVariable changed_;
    QueryId next_id_ GUARDED_BY(mutex_) = 1;
    bool stopping_ GUARDED_BY(mutex_) = false;
    // All that have not finished, waiting or running.
    std::unordered_map<QueryId, std::shared_ptr<RunningQuery>> queries_ GUARDED_BY(mutex_);
    std::deque<std::shared_ptr<RunningQuery>> waiting_ GUARDED_BY(mutex_);
    std::list<std::shared_ptr<Worker>> workers_ GUARDED_BY(mutex_);
    std::size_t launching_ GUARDED_BY(mutex_) = 0;
    std::size_t finishing_ GUARDED_BY(mutex_) = 0;  // finish calls of queries that never started
};

}  // namespace sql_engine
