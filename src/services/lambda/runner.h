// Runs functions: keeps their processes warm, gives each one invocation at a time, starts more for
// concurrency, ends them on timeout, memory, idleness and new code. Its other half, handle(), is
// what the processes themselves ask for.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/child_process.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/random.h"
#include "services/lambda/code_store.h"
#include "services/lambda/instance.h"
#include "services/lambda/invocation.h"
#include "services/lambda/node_runtime.h"
#include "services/lambda/platform_lines.h"
#include "services/lambda/rows.h"
#include "services/lambda/runtime_api.h"
#include "services/lambda/task_gate.h"

namespace lambda {

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;
};
// Temporary credentials of a function's role, good for credentials_seconds.
using IssueCredentials = std::function<Credentials(const FunctionRow& function)>;
inline constexpr std::int64_t credentials_seconds = 12 * 3600;

struct RunnerOptions {
    std::string directory;            // for the processes' own directories; made when absent
    std::string hidden_directory;     // the data directory: out of reach for functions
    std::string endpoint_url;         // AWS_ENDPOINT_URL of functions
    std::size_t instances_max = 100;  // of all functions
    std::size_t instances_per_function_max = 50;
    std::int64_t idle_ms = 10 * 60 * 1000;            // then a process ends
    std::int64_t instance_life_ms = 6 * 3600 * 1000;  // well within its credentials' life
    std::int64_t init_ms_max = 10'000;                // from exec to the first question
};

inline constexpr std::int64_t idle_sweep_ms = 10'000;
// How long an invocation waits for a process that has answered but not asked again, before another
// one is started for it.
inline constexpr std::int64_t finishing_grace_ms = 100;
inline constexpr std::uint32_t user_id_base = 59'000;
inline constexpr std::uint32_t user_ids_max = 999;

class Runner final : public RuntimeApi {
  public:
    struct Environment {
        CodeStore& code;
        NodeRuntime& node;
        base::ChildSpawner& spawner;
        base::ChildFiles& files;
        ports::LogWriter& logs;
        base::Clock& clock;
        base::Random& random;
        base::Executor& executor;
        base::Log& log;
        base::Metrics& metrics;
        IssueCredentials issue_credentials;
    };
    Runner(RunnerOptions options, Environment environment);
    ~Runner() override;  // stop()

    // AWS_ENDPOINT_URL and AWS_LAMBDA_RUNTIME_API of functions. Before start().
    void set_addresses(std::string endpoint_url, std::string runtime_address) {
        endpoint_url_ = std::move(endpoint_url);
        runtime_address_ = std::move(runtime_address);
    }
    // Make the directory, removing what an earlier run left in it.
    base::Result<void> start();
    // End every process; their invocations fail. Returns when all are gone.
    void stop();

    // Run it in a warm process or a new one; `done` is called once, from any thread.
    //   faults  TooManyRequestsException, ServiceException, ResourceNotFoundException (deleted
    //           meanwhile)
    void invoke(std::shared_ptr<const FunctionRow> function, Invocation invocation);
    // The function has new code or configuration: idle processes end now, busy ones afterwards.
    void replace(std::shared_ptr<const FunctionRow> function);
    // The function is gone: the same, and what waits for a process is answered not found.
    void remove(const std::string& function_id);

    void handle(const wire::RequestHead& head, std::string body, Respond respond) override;

    std::size_t instances_count() const;

  private:
    using InstanceRef = std::shared_ptr<Instance>;
    // What is to be done after the lock is released.
    using Actions = std::vector<base::Task>;
    struct Pool {
        std::shared_ptr<const FunctionRow> current;
        std::deque<Invocation> waiting;
        std::vector<InstanceRef> instances;
    };

    // runner.cpp
    aws::Reply<void> admit(Pool& pool, Actions& actions) REQUIRES(mutex_);
    std::size_t living_count() const REQUIRES(mutex_);
    bool evict_idle(Actions& actions) REQUIRES(mutex_);
    void balance(Pool& pool, Actions& actions) REQUIRES(mutex_);
    void balance_later(const std::string& function_id);
    bool start_instance(Pool& pool, Actions& actions) REQUIRES(mutex_);
    void end_stale(Pool& pool, Actions& actions) REQUIRES(mutex_);
    void assign(const InstanceRef& instance, Invocation invocation, Actions& actions)
        REQUIRES(mutex_);
    void end(const InstanceRef& instance, Actions& actions) REQUIRES(mutex_);
    void forget(const InstanceRef& instance, Actions& actions) REQUIRES(mutex_);
    void fail_waiting(Pool& pool, const std::string& payload, const InstanceRef& instance,
                      Actions& actions) REQUIRES(mutex_);
    void sweep_idle();
    void clean_up(const InstanceRef& instance);
    static void run(Actions& actions);

    // runner_process.cpp
    void launch(const InstanceRef& instance);
    base::ChildOptions child_options(const Instance& instance) const;
    base::ChildEvents child_events(const InstanceRef& instance);
    std::vector<std::string> environment_of(const Instance& instance) const;
    void on_started(const InstanceRef& instance, base::Result<std::unique_ptr<base::Child>> child);
    void on_exited(const InstanceRef& instance, const base::ChildExit& exit);
    void on_timeout(const InstanceRef& instance, const std::string& request_id);
    void on_init_timeout(const InstanceRef& instance);
    void launch_failed(const InstanceRef& instance, const aws::Fault& fault);
    void entrypoint_failed(const InstanceRef& instance, const std::string& reason);

    // runner_api.cpp
    void next(const InstanceRef& instance, Respond respond);
    void take_work(const InstanceRef& instance, Actions& actions) REQUIRES(mutex_);
    void response(const InstanceRef& instance, const std::string& request_id, std::string body,
                  bool error, Respond respond);
    void init_error(const InstanceRef& instance, std::string body, Respond respond);
    // Log the end, and answer. Without the lock.
    void complete(const InstanceRef& instance, Invocation invocation, double duration_ms,
                  std::string payload, Ending ending, std::string last_line);
    PlatformLines lines_of(const Instance& instance) const {
        return {*instance.function, env_.clock};
    }

    const RunnerOptions options_;
    Environment env_;
    TaskGate gate_;  // tasks and timers of ours
    std::string endpoint_url_;
    std::string runtime_address_;
    base::Counter& cold_starts_;
    base::Counter& invocations_;
    base::Counter& function_errors_;

    mutable base::Mutex mutex_;
    base::ConditionVariable changed_;
    std::map<std::string, Pool> pools_ GUARDED_BY(mutex_);                       // by function id
    std::unordered_map<std::string, InstanceRef> instances_ GUARDED_BY(mutex_);  // by token
    std::vector<bool> users_ GUARDED_BY(mutex_);                                 // taken
    base::TimerId sweep_timer_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace lambda
