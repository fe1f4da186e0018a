// The Backend over the wire: every call is a signed HTTP request, to a Data Stack or to AWS. The
// client library waits, so it does that on threads of its own: a bounded number of calls at once, a
// bounded number that wait, and lanes apart for what stops a query, so that a busy pool never keeps
// one running, and for what starts one, so that at the end its id still comes and it can be
// stopped.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "functions/client/credentials.h"
#include "mcp/backend.h"

namespace mcp {

struct WireOptions {
    static constexpr std::size_t calls_at_once_max = 8;
    static constexpr std::size_t starts_at_once_max = 4;  // of the lanes apart
    static constexpr std::size_t stops_at_once_max = 2;
    // What runs Environment::waiting needs so many threads.
    static constexpr std::size_t threads =
        calls_at_once_max + starts_at_once_max + stops_at_once_max;
    static constexpr std::size_t calls_queued_max = 256;  // of each lane
    static constexpr std::size_t idle_clients_max = 16;   // connections that are kept
    static constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024;

    client::AwsSettings settings;
    // Of the queries that are started; "" leaves it to Athena.
    std::string workgroup = {};
    std::string output_location = {};
    // A server that is silent is given up after receive_ms: then there is no time for another try.
    client::Retry retry = {.attempts_max = 4, .total_ms_max = 15'000};
    std::int64_t connect_ms = 3'000;
    std::int64_t receive_ms = 15'000;
    // At the end the id of a query that is being started is waited for so long.
    std::int64_t start_grace_ms = 3'000;
};

class WireBackend final : public Backend {
  public:
    // All outlive it, and `waiting` ends before it is destroyed.
    struct Environment {
        const base::Clock& clock;
        base::Random& random;
        base::Executor& waiting;  // its tasks wait for the network
        base::Log& log;
    };
    WireBackend(WireOptions options, std::shared_ptr<client::CredentialSource> credentials,
                Environment environment);

    void call(std::string_view service, std::string_view operation, boost::json::object input,
              Done done) override;
    void read_object(std::string bucket, std::string key, std::uint64_t offset,
                     std::uint64_t bytes_max, ReadDone done) override;
    void drain() override;

    // A service as it is called: by which name it signs, and how an operation is named.
    struct Service {
        std::string_view name;           // "cloudwatch"
        std::string_view signing_name;   // "monitoring"
        std::string_view target_prefix;  // "" for S3, which is REST
        std::string_view version;        // of AWS JSON
    };

  private:
    using Answer = aws::Reply<client::HttpAnswer>;
    struct Request {
        const Service* service = nullptr;
        std::string method;
        std::string path;
        std::string query;
        wire::Headers headers;
        std::string body;
    };
    struct Job {
        Request request;
        base::UniqueFunction<void(Answer)> done;
    };
    struct Lane {
        const std::size_t at_once_max;
        // Null: goes out, and its answer is waited for, even at the end.
        const std::atomic<bool>* refuses;  // true: what is in it is not sent any more
        const std::atomic<bool>* stopped;  // true: what was sent is not waited for any more
        std::deque<Job> queued = {};
        std::size_t running = 0;
    };
    using Client = std::unique_ptr<client::AwsClient>;

    Lane& lane_of(std::string_view operation);
    void submit(Lane& lane, Job job) EXCLUDES(mutex_);
    void work(Lane& lane) EXCLUDES(mutex_);
    Answer send(const Lane& lane, const Request& request) EXCLUDES(mutex_);
    Answer try_once(const Lane& lane, client::AwsClient& client, const Request& request);
    aws::Fault fault_of(const client::AwsClient& client, const Request& request,
                        const base::Error& error) const;
    Client take_client(const Lane& lane, const Service& service) EXCLUDES(mutex_);
    void keep_client(const Lane& lane, const Service& service, Client client) EXCLUDES(mutex_);
    void pause(std::int64_t duration_ms) EXCLUDES(mutex_);

    WireOptions options_;
    const std::shared_ptr<client::CredentialSource> credentials_;
    const Environment env_;
    std::atomic<bool> stopped_{false};
    std::atomic<bool> starts_stopped_{false};

    base::Mutex mutex_;
    base::ConditionVariable stopping_;
    // Their numbers and queues are guarded by the mutex, too.
    Lane calls_{WireOptions::calls_at_once_max, &stopped_, &stopped_};
    Lane starts_{WireOptions::starts_at_once_max, &stopped_, &starts_stopped_};
    Lane stops_{WireOptions::stops_at_once_max, nullptr, nullptr};
    struct Idle {
        const Lane* lane = nullptr;
        const Service* service = nullptr;
        Client client = nullptr;
    };
    std::vector<Idle> idle_ GUARDED_BY(mutex_);  // the one that waits for longest first
};

}  // namespace mcp
