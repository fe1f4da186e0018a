// AWS Lambda: functions as programs of their own. A function is one row in the meta_store and a zip
// in the object store; it runs as child processes that are kept warm (runner.h); asynchronous
// invocations wait in a durable queue (async_queue.h).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "aws/service.h"
#include "base/child_process.h"
#include "meta_store/meta_store.h"
#include "object_store/object_store.h"
#include "services/lambda/async_queue.h"
#include "services/lambda/code_store.h"
#include "services/lambda/function_meters.h"
#include "services/lambda/function_name.h"
#include "services/lambda/runner.h"
#include "services/lambda/shapes.h"
#include "services/ports/ports.h"

// One word for each file in operations/.
#define LAMBDA_OPERATIONS(X)       \
    X(add_permission)              \
    X(create_function)             \
    X(delete_function)             \
    X(delete_function_concurrency) \
    X(get_function)                \
    X(get_function_concurrency)    \
    X(get_function_configuration)  \
    X(get_policy)                  \
    X(invoke)                      \
    X(list_functions)              \
    X(list_tags)                   \
    X(list_versions_by_function)   \
    X(put_function_concurrency)    \
    X(remove_permission)           \
    X(tag_resource)                \
    X(untag_resource)              \
    X(update_function_code)        \
    X(update_function_configuration)

// One word for each file in resources/.
#define LAMBDA_RESOURCES(X) \
    X(function)             \
    X(permission)

namespace lambda {

AWS_DECLARE_OPERATIONS(LAMBDA_OPERATIONS)
AWS_DECLARE_RESOURCES(LAMBDA_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t functions_max = 10'000;                // of all accounts
inline constexpr std::uint64_t upload_body_bytes_max = 69'905'067;  // 50 MB of zip as base64
inline constexpr std::uint64_t invoke_bytes_max = 6'291'456;
inline constexpr std::uint64_t invoke_event_bytes_max = 1'048'576;
inline constexpr std::size_t tags_max = 50;

struct Options {
    // For unpacked code and the processes' own directories: transient. When we are root it must
    // be reachable by other users (so outside the data directory, which is 0700); the parent of
    // it must exist.
    std::string directory;
    std::string hidden_directory;  // the data directory, which functions must not read
    NodeOptions node = {};
    RunnerOptions runner = {};  // its directories are filled in
    AsyncOptions async = {};
};

struct Environment {
    meta_store::MetaStore& store;
    object_store::ObjectStore& objects;
    base::FileSystem& files;
    base::ChildSpawner& spawner;
    base::ChildFiles& child_files;
    ports::LogWriter& logs;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    base::Metrics& metrics;
    IssueCredentials issue_credentials;
    ports::MetricPublisher* publisher = nullptr;  // null: nothing is measured for CloudWatch
};

// The members of a Code that say where the zip is.
struct CodeSource {
    const std::optional<base::Blob>& bytes;
    const std::optional<std::string>& bucket;
    const std::optional<std::string>& key;
    const std::optional<std::string>& version;
};

// Outlives the store's last commit: stop(), then stop the store, then destroy.
class Lambda final : public ports::FunctionInvoker {
  public:
    Lambda(Options options, Environment environment);
    ~Lambda() override;

    // Where functions find us: the endpoint of all services ("http://127.0.0.1:4566") and the
    // listener that runtime_api() is joined to ("127.0.0.1:41001"). Before start().
    void set_addresses(std::string endpoint_url, std::string runtime_address);
    // Load the functions, sweep what a crash left, go on with queued invocations.
    base::Result<void> start();
    // End every process and remove the directory; what they ran asynchronously runs again after the
    // next start.
    void stop();

    // What the runtime listener asks. Good from construction on; before start() it knows nobody.
    RuntimeApi& runtime_api() { return *runner_; }

    // ports::FunctionInvoker
    void invoke_async(const std::string& function_arn, std::string payload,
                      const aws::Caller& caller,
                      base::UniqueFunction<void(aws::Reply<void>)> done) override;
    void invoke(const std::string& function_arn, std::string payload, const aws::Caller& caller,
                base::UniqueFunction<void(aws::Reply<ports::InvokeResult>)> done) override;

    // ---- for the operations ----

    using FunctionRef = std::shared_ptr<const FunctionRow>;
    // faults ResourceNotFoundException (also for a qualifier other than $LATEST)
    aws::Reply<FunctionRef> find(const FunctionName& name) const;
    aws::Reply<FunctionRef> find(std::string_view name, const aws::Call& call,
                                 std::string_view qualifier = {}) const;
    // In the order of their names, those after `after`, at most `count_max`.
    std::vector<FunctionRef> list(const std::string& account, const std::string& region,
                                  const std::string& after, std::size_t count_max) const;

    // faults ResourceConflictException (exists), CodeStorageExceededException, those of the zip
    aws::Reply<FunctionRef> create(FunctionRow row, std::string_view zip);
    aws::Reply<void> remove(const FunctionName& name);
    enum class What { policy, settings };
    using Change = std::function<aws::Reply<void>(FunctionRow&)>;
    // Change one function durably; one change at a time. `revision_id` must be the current one
    // unless it is "".  What::settings ends processes that run the function as it was.
    aws::Reply<FunctionRef> change(const FunctionName& name, const std::string& revision_id,
                                   What what, const Change& apply);
    // change() with new code.
    aws::Reply<FunctionRef> change_code(const FunctionName& name, const std::string& revision_id,
                                        std::string_view zip, const Change& apply);
    // The zip that a Code member names: its bytes or an object. `holder` keeps the latter.
    //   faults  InvalidParameterValueException, with S3's error for an object that cannot be had;
    //           AccessDeniedException for another account's bucket
    aws::Reply<std::string_view> zip_of(const CodeSource& source, const FunctionName& name,
                                        std::string& holder) const;
    // A URL that serves the zip for ten minutes.
    std::string code_url(const FunctionRow& function, const aws::Call& call) const;

    // Run it now. Faults as of Runner::invoke, and InvalidParameterValueException when this
    // machine cannot run it.
    void run(FunctionRef function, Invocation invocation);
    void queue(const FunctionRow& function, std::string request_id, std::string payload,
               base::UniqueFunction<void(aws::Reply<void>)> done);
    std::string new_request_id();
    Runner& runner() { return *runner_; }

  private:
    using Place = std::tuple<std::string, std::string, std::string>;  // account, region, name

    aws::Reply<FunctionRef> allowed(const std::string& function_arn, const aws::Caller& caller);
    aws::Reply<FunctionRef> store(FunctionRow row, bool fresh);
    aws::Reply<std::string> read_object(const CodeSource& source) const;
    void run_queued(const QueuedRow& row, std::string payload, OutcomeDone done);

    const Options options_;
    Environment env_;
    meta_store::Table<FunctionRow> rows_;
    CodeStore code_;
    NodeRuntime node_;
    FunctionMeters meters_;
    std::unique_ptr<Runner> runner_;
    std::unique_ptr<AsyncQueue> queue_;
    bool started_ = false;
    base::Mutex change_mutex_;  // one change at a time; taken before mutex_
    mutable base::Mutex mutex_;
    std::map<Place, FunctionRef> functions_ GUARDED_BY(mutex_);
};

}  // namespace lambda
