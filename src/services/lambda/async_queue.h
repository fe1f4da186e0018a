// Asynchronous invocations: durable before they are acknowledged, run soon, twice more when the
// function fails, and again after a restart. In memory only what is needed to know whose turn it
// is; payloads stay in the store until they run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "aws/fault.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"
#include "services/lambda/invocation.h"
#include "services/lambda/rows.h"
#include "services/lambda/task_gate.h"

namespace lambda {

struct AsyncOptions {
    std::size_t queued_max = 100'000;  // of all functions
    std::size_t queued_per_function_max = 20'000;
    std::int64_t queued_bytes_max = 256 * 1024 * 1024;  // payloads
    std::size_t running_per_function_max = 10;
    std::int64_t age_ms_max = 6 * 3600 * 1000;  // then dropped, as on AWS
};
// After the first and the second failure of the function; after the third it is dropped.
inline constexpr std::int64_t retry_delays_ms[] = {60'000, 120'000};
// When there is no process for it: growing, without counting as an attempt.
inline constexpr std::int64_t throttle_delay_ms_min = 1'000;
inline constexpr std::int64_t throttle_delay_ms_max = 300'000;

class AsyncQueue {
  public:
    struct Environment {
        meta_store::MetaStore& store;
        base::Clock& clock;
        base::Executor& executor;
        base::Log& log;
        base::Metrics& metrics;
        std::function<void(const QueuedRow& row)> on_dropped = {};  // may be empty
    };
    // Runs one; `done` as of Runner::invoke.
    using RunOne = std::function<void(const QueuedRow& row, std::string payload, OutcomeDone done)>;

    AsyncQueue(AsyncOptions options, Environment environment, RunOne run);

    // Load what waits and what ran when we stopped; all of it runs (again).
    base::Result<void> start();
    void stop();

    // Queue; `done` runs on the executor when it is durable.
    //   faults  TooManyRequestsException (a maximum above), ServiceException
    void add(const FunctionRow& function, std::string request_id, std::string payload,
             base::UniqueFunction<void(aws::Reply<void>)> done);
    // Drop what waits for a deleted function.
    void drop_function(const std::string& function_id);

    std::size_t size() const;

  private:
    struct Item {
        std::uint64_t number = 0;
        QueuedRow row;
        bool running = false;
        std::int64_t throttle_ms = 0;  // the last such delay
    };
    struct Line {                                              // of one function
        std::set<std::pair<std::int64_t, std::uint64_t>> due;  // (ms, number) of those that wait
        std::size_t running = 0;
        std::size_t count = 0;  // both
    };

    static meta_store::Key key(std::uint64_t number);
    void insert(Item item) REQUIRES(mutex_);
    void erase(std::uint64_t number) REQUIRES(mutex_);
    void pump();
    void arm() REQUIRES(mutex_);
    std::vector<std::uint64_t> take_due() REQUIRES(mutex_);
    void run_item(std::uint64_t number);
    void finished(std::uint64_t number, aws::Reply<Outcome> reply);
    void wait_again(std::uint64_t number, std::int64_t delay_ms, bool failed);
    void discard(std::uint64_t number, const char* why);

    const AsyncOptions options_;
    Environment env_;
    RunOne run_;
    meta_store::Table<QueuedRow> rows_;
    meta_store::Table<PayloadRow> payloads_;
    base::Counter& dropped_;

    mutable base::Mutex mutex_;
    std::map<std::uint64_t, Item> items_ GUARDED_BY(mutex_);
    std::map<std::string, Line> lines_ GUARDED_BY(mutex_);  // by function id
    std::uint64_t next_number_ GUARDED_BY(mutex_) = 1;
    std::int64_t queued_bytes_ GUARDED_BY(mutex_) = 0;
    base::TimerId timer_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
    TaskGate gate_;  // last: closed first
};

}  // namespace lambda
