// Athena: executions of SQL statements, from request to result object. Executions are rows in
// meta_store; queries run in the engine process, DDL runs here against the catalog.
//
// Life of an execution: StartQueryExecution parses and stores it QUEUED; at most running_max run at
// once (RUNNING); a query is planned (compile, prune, list), runs in the engine while its rows go
// to a result object that nobody sees yet; naming that object and storing SUCCEEDED are one durable
// batch. After a restart what was unfinished is FAILED.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "athena_sql/syntax.h"
#include "aws/service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "object_store/object_store.h"
#include "services/athena/failure.h"
#include "services/athena/rows.h"
#include "services/athena/work_groups.h"
#include "services/ports/ports.h"
#include "sql_engine/sql_engine.h"

// One word for each file in operations/.
#define ATHENA_OPERATIONS(X)        \
    X(batch_get_named_query)        \
    X(batch_get_prepared_statement) \
    X(batch_get_query_execution)    \
    X(create_named_query)           \
    X(create_prepared_statement)    \
    X(create_work_group)            \
    X(delete_named_query)           \
    X(delete_prepared_statement)    \
    X(delete_work_group)            \
    X(get_data_catalog)             \
    X(get_database)                 \
    X(get_named_query)              \
    X(get_prepared_statement)       \
    X(get_query_execution)          \
    X(get_query_results)            \
    X(get_table_metadata)           \
    X(get_work_group)               \
    X(list_data_catalogs)           \
    X(list_databases)               \
    X(list_engine_versions)         \
    X(list_named_queries)           \
    X(list_prepared_statements)     \
    X(list_query_executions)        \
    X(list_table_metadata)          \
    X(list_tags_for_resource)       \
    X(list_work_groups)             \
    X(start_query_execution)        \
    X(stop_query_execution)         \
    X(tag_resource)                 \
    X(untag_resource)               \
    X(update_named_query)           \
    X(update_prepared_statement)    \
    X(update_work_group)

// One word for each file in resources/.
#define ATHENA_RESOURCES(X) \
    X(named_query)          \
    X(work_group)

namespace athena {

AWS_DECLARE_OPERATIONS(ATHENA_OPERATIONS)
AWS_DECLARE_RESOURCES(ATHENA_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr const char* data_catalog = "AwsDataCatalog";
inline constexpr const char* engine_version = "Athena engine version 3";
inline constexpr std::int64_t history_ms_max = 45LL * 24 * 3600 * 1000;
inline constexpr std::int64_t history_sweep_ms = 3600LL * 1000;
inline constexpr std::size_t history_sweep_rows_max = 1000;
// Work groups whose metrics have their own labels; those after them share "others".
inline constexpr std::size_t groups_with_metrics_max = 100;

struct Options {
    // Of work group primary, "{account}" and "{region}" filled in; "" for none.
    std::string output_location;
    std::size_t running_max = 4;
    std::size_t queued_max = 200;
    sql_engine::Limits limits = {};
};

struct Environment {
    meta_store::MetaStore& store;
    object_store::ObjectStore& objects;
    ports::Catalog& catalog;
    sql_engine::SqlEngine& engine;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    base::Metrics& metrics;
};

// A statement and the text it was parsed from: the query's, or a prepared statement's.
struct Parsed {
    athena_sql::Statement statement;
    std::string text;
};

struct ExecutionPage {
    std::vector<std::string> ids;
    std::optional<std::string> next_token;
};

class Athena {
  public:
    Athena(Options options, Environment environment);
    ~Athena();

    // Fails what a crash left unfinished; begins to forget old executions.
    base::Result<void> start();
    // Queries that run are cancelled and stay FAILED; waits for them.
    void stop();

    // ---- for the operations; any thread ----

    using Started = base::UniqueFunction<void(aws::Reply<std::string>)>;
    // Store and queue. `row` has everything but id, state and times; `fingerprint` identifies the
    // request for its token. Answers with the id, durable.
    void begin(const Scope& scope, ExecutionRow row, std::string fingerprint, Parsed parsed,
               Started done);
    base::Result<std::optional<ExecutionRow>> find(const Scope& scope, const std::string& id) const;
    // Ends it soon; nothing happens to what has ended. False: there is no such execution.
    base::Result<bool> cancel(const Scope& scope, const std::string& id);
    // Of a work group, newest first. errors invalid (token)
    base::Result<ExecutionPage> list(const Scope& scope, const std::string& group_id,
                                     const std::optional<std::string>& token,
                                     std::size_t ids_max) const;
    // Delete a work group, and cancel what runs in it. Its executions are not found any more.
    aws::Reply<void> remove_group(const Scope& scope, const std::string& name, bool recursive);

    WorkGroups& groups() { return groups_; }
    ports::Catalog& catalog() { return environment_.catalog; }
    object_store::ObjectStore& objects() { return environment_.objects; }
    std::size_t unfinished_count() const;

  private:
    // An unfinished execution. Shared by the queue, the runner and the engine's sink.
    struct Execution {
        Scope scope;
        std::string id;
        std::string text;  // what `statement` was parsed from
        athena_sql::Statement statement;
        std::atomic<bool> cancelled{false};
        base::Mutex mutex;
        ExecutionRow row GUARDED_BY(mutex);
        sql_engine::QueryId query GUARDED_BY(mutex) = 0;
    };
    using ExecutionPtr = std::shared_ptr<Execution>;
    class Sink;

    // athena.cpp
    void post_ready() REQUIRES(mutex_);
    void put_state(meta_store::Changes& changes, const Scope& scope, const ExecutionRow& row) const;
    meta_store::Changes new_rows(const Scope& scope, const ExecutionRow& row,
                                 const std::string& fingerprint) const;
    // nullopt: the token is new.
    std::optional<aws::Reply<std::string>> repeated(const Scope& scope, const std::string& token,
                                                    const std::string& fingerprint) const;
    // The index that lists the executions of a work group.
    const meta_store::Table<ReferenceRow>& listed(const std::string& group_id) const;
    void sweep_history();
    void forget(meta_store::Changes& changes, const ReferenceRow& reference) const;

    // run.cpp
    void run(const ExecutionPtr& execution);
    void run_query(const ExecutionPtr& execution);
    void run_ddl(const ExecutionPtr& execution);
    // The metadata object, then the result object named and SUCCEEDED stored in one batch.
    void finish_with_object(const ExecutionPtr& execution,
                            std::unique_ptr<object_store::PreparedObject> result);
    void commit_result(const ExecutionPtr& execution,
                       std::unique_ptr<object_store::PreparedObject> result);
    static ExecutionRow row_of(const ExecutionPtr& execution);
    void fail(const ExecutionPtr& execution, const Failure& failure);
    void set_end_times(ExecutionRow& row) const;
    void ended(const ExecutionPtr& execution);
    // Of work groups that publish metrics: executions, bytes and time, by group and state.
    void publish_metrics(const ExecutionRow& row);

    Options options_;
    Environment environment_;
    meta_store::Table<ExecutionRow> executions_;  // account, region, id
    meta_store::Table<ReferenceRow> by_time_;     // primary's: account, region, newest first, id
    meta_store::Table<ReferenceRow> by_group_;  // others: account, region, group, newest first, id
    meta_store::Table<ReferenceRow> history_;   // oldest first, id
    meta_store::Table<ReferenceRow> tokens_;    // account, region, token
    meta_store::Table<ReferenceRow> unfinished_;  // id
    WorkGroups groups_;

    base::Mutex metrics_mutex_;
    std::set<std::string> groups_with_metrics_ GUARDED_BY(metrics_mutex_);

    mutable base::Mutex mutex_;
    std::map<std::string, ExecutionPtr> live_ GUARDED_BY(mutex_);  // QUEUED and RUNNING, by id
    std::deque<ExecutionPtr> queue_ GUARDED_BY(mutex_);
    std::size_t starting_ GUARDED_BY(mutex_) = 0;  // being stored
    std::size_t running_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
    base::TimerId sweep_timer_ GUARDED_BY(mutex_) = 0;
    base::ConditionVariable all_ended_;
};

}  // namespace athena
