#include "sql_engine/process_engine.h"

namespace sql_engine {

namespace {

QueryFailure failure(base::ErrorKind kind, std::string_view code, std::string message) {
    return {kind, std::string(code), std::move(message)};
}

}  // namespace

ProcessEngine::ProcessEngine(EngineOptions options, base::ChannelLauncher& launcher,
                             base::Executor& executor, base::Clock& clock, base::Log& log)
    : options_(options), launcher_(launcher), executor_(executor), clock_(clock), log_(log) {}

ProcessEngine::~ProcessEngine() {
    stop();
}

QueryId ProcessEngine::run(QueryPlan plan, std::shared_ptr<ResultSink> sink) {
    auto query = std::make_shared<RunningQuery>();
    query->plan = std::move(plan);
    query->sink = std::move(sink);
    query->queued_ns = clock_.monotonic_ns();
    QueryId id = 0;
    std::optional<QueryFailure> refused;
    {
        base::MutexLock lock(mutex_);
        id = query->id = next_id_++;
        if (stopping_) {
            refused = failure(base::ErrorKind::unavailable, code_stopping,
                              "The server is shutting down.");
        } else if (queries_.size() >= queries_max) {
            refused =
                failure(base::ErrorKind::limit, code_overloaded,
                        "Too many queries are waiting or running: " + std::to_string(queries_max) +
                            " are taken at once.");
        } else {
            queries_[id] = query;
            waiting_.push_back(query);
            query->time_limit = executor_.after(query->plan.limits.time_ms_max, [this, id] {
                stop_query(id, code_time_limit, "The query ran longer than it may.");
            });
        }
        if (refused) ++finishing_;
    }
    if (refused) {
        finish_unstarted(std::move(query), std::move(*refused));
    } else {
        dispatch();
    }
    return id;
}

void ProcessEngine::finish_unstarted(std::shared_ptr<RunningQuery> query, QueryFailure reason) {
    executor_.post([this, query = std::move(query), reason = std::move(reason)] {
        query->sink->finish({reason, {}});
        base::MutexLock lock(mutex_);
        --finishing_;
        changed_.notify_all();
    });
}

void ProcessEngine::dispatch() {
    std::vector<std::pair<std::shared_ptr<Worker>, std::shared_ptr<RunningQuery>>> pairs;
    bool launch = false;
    {
        base::MutexLock lock(mutex_);
        for (const auto& worker : workers_) {
            if (waiting_.empty()) break;
            if (worker->busy) continue;
            worker->busy = true;
            ++worker->idle_round;
            worker->running = waiting_.front()->id;
            pairs.emplace_back(worker, waiting_.front());
            waiting_.pop_front();
        }
        if (waiting_.size() > launching_ && workers_.size() + launching_ < options_.workers_max &&
            !stopping_) {
            ++launching_;
            launch = true;
        }
    }
    if (launch) executor_.post([this] { launch_worker(); });
    for (auto& [worker, query] : pairs) {
        executor_.post([worker = worker, query = query] { worker->assign(query); });
    }
}

void ProcessEngine::launch_worker() {
    WorkerOwner& owner = *this;
    auto worker = std::make_shared<Worker>(owner, executor_, clock_);
    auto started = worker->start(launcher_);
    std::deque<std::shared_ptr<RunningQuery>> failed;
    {
        base::MutexLock lock(mutex_);
        --launching_;
        if (started) {
            workers_.push_back(worker);
        } else if (workers_.empty()) {
            // Nobody else will ever take them.
            failed.swap(waiting_);
            finishing_ += failed.size();
            for (const auto& query : failed)
                forget(query->id);
        }
        changed_.notify_all();
    }
    if (!started) {
        log_.error("the SQL engine process cannot be started",
                   {{"error", started.error().describe()}});
        for (auto& query : failed) {
            finish_unstarted(
                std::move(query),
                failure(base::ErrorKind::unavailable, code_worker_lost,
                        "The SQL engine process cannot be started: " + started.error().describe()));
        }
        return;
    }
    dispatch();
}

void ProcessEngine::forget(QueryId id) {
    const auto found = queries_.find(id);
    if (found == queries_.end()) return;
    if (found->second->time_limit != 0) executor_.cancel(found->second->time_limit);
    queries_.erase(found);
}

void ProcessEngine::query_ended(const std::shared_ptr<Worker>& worker) {
    {
        base::MutexLock lock(mutex_);
        if (worker->running != 0) forget(std::exchange(worker->running, 0));
        worker->busy = false;
        arm_idle_timer(worker);
        changed_.notify_all();
    }
    dispatch();
}

void ProcessEngine::arm_idle_timer(const std::shared_ptr<Worker>& worker) {
    const std::uint64_t round = ++worker->idle_round;
    if (stopping_) {
        worker->kill();
        return;
    }
    worker->idle_timer =
        executor_.after(options_.idle_ms, [this, weak = std::weak_ptr(worker), round] {
            if (const auto idle = weak.lock()) end_if_idle(idle, round);
        });
}

void ProcessEngine::end_if_idle(const std::shared_ptr<Worker>& worker, std::uint64_t round) {
    {
        base::MutexLock lock(mutex_);
        if (worker->busy || worker->idle_round != round) return;
        worker->busy = true;  // takes no query any more
    }
    worker->kill();
}

void ProcessEngine::worker_closed(const std::shared_ptr<Worker>& worker) {
    {
        base::MutexLock lock(mutex_);
        if (worker->running != 0) forget(std::exchange(worker->running, 0));
        workers_.remove(worker);
        changed_.notify_all();
    }
    dispatch();
}

void ProcessEngine::cancel(QueryId id) {
    stop_query(id, code_cancelled, "Query cancelled by user");
}

void ProcessEngine::stop_query(QueryId id, std::string_view code, const std::string& message) {
    const QueryFailure reason = failure(base::ErrorKind::unavailable, code, message);
    std::shared_ptr<RunningQuery> unstarted;
    std::shared_ptr<Worker> worker;
    {
        base::MutexLock lock(mutex_);
        const auto found = queries_.find(id);
        if (found == queries_.end()) return;
        const auto waiting = std::find(waiting_.begin(), waiting_.end(), found->second);
        if (waiting != waiting_.end()) {
            unstarted = *waiting;
            waiting_.erase(waiting);
            ++finishing_;
            forget(id);
        } else {
            base::MutexLock query_lock(found->second->mutex);
            if (!found->second->stopped) found->second->stopped = reason;
            for (const auto& candidate : workers_) {
                if (candidate->running == id) worker = candidate;
            }
        }
    }
    if (unstarted != nullptr) return finish_unstarted(std::move(unstarted), reason);
    if (worker == nullptr) return;
    worker->interrupt();
    executor_.after(options_.cancel_grace_ms, [this, weak = std::weak_ptr(worker), id] {
        const auto stuck = weak.lock();
        if (stuck == nullptr) return;
        {
            base::MutexLock lock(mutex_);
            if (stuck->running != id) return;
        }
        stuck->kill();
    });
}

void ProcessEngine::stop() {
    std::vector<QueryId> ids;
    std::vector<std::shared_ptr<Worker>> idle;
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        for (const auto& [id, query] : queries_)
            ids.push_back(id);
        for (const auto& worker : workers_) {
            if (worker->idle_timer != 0) executor_.cancel(worker->idle_timer);
            if (!worker->busy) idle.push_back(worker);
        }
    }
    for (const QueryId id : ids)
        stop_query(id, code_stopping, "The server is shutting down.");
    for (const auto& worker : idle)
        worker->kill();
    base::MutexLock lock(mutex_);
    while (!workers_.empty() || launching_ > 0 || finishing_ > 0) {
        changed_.wait(mutex_);
        // A worker that was being launched when stopping began.
        for (const auto& worker : workers_) {
            if (!worker->busy) worker->kill();
        }
    }
}

std::size_t ProcessEngine::worker_count() const {
    base::MutexLock lock(mutex_);
    return workers_.size();
}

}  // namespace sql_engine
