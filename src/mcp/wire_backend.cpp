#include "mcp/wire_backend.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "mcp/wire_s3.h"

namespace mcp {

namespace {

namespace json = boost::json;

constexpr WireBackend::Service services[] = {
    {"athena", "athena", "AmazonAthena", "1.1"},
    {"glue", "glue", "AWSGlue", "1.1"},
    {"kinesis", "kinesis", "Kinesis_20131202", "1.1"},
    {"firehose", "firehose", "Firehose_20150804", "1.1"},
    {"cloudwatch", "monitoring", "GraniteServiceVersion20100801", "1.0"},
    {"s3", "s3", "", ""},
};

const WireBackend::Service* find_service(std::string_view name) {
    const auto* const found = std::ranges::find(services, name, &WireBackend::Service::name);
    return found != std::end(services) ? found : nullptr;
}

constexpr std::size_t answer_depth_max = 64;
// What stops a query has little time at the end.
constexpr std::int64_t stop_receive_ms = 3'000;
constexpr int stop_attempts_max = 3;

aws::Fault unavailable(std::string message) {
    return {"ServiceUnavailable", std::move(message), 503};
}

// Temporary keys that have ended, as the services say it.
bool is_expired(std::string_view code) {
    return code == "ExpiredToken" || code == "ExpiredTokenException" || code == "RequestExpired" ||
           code == "TokenRefreshRequired";
}

aws::Reply<json::object> decode_json(const client::HttpAnswer& answer) {
    if (answer.body.empty()) return json::object();
    boost::system::error_code problem;
    json::parse_options parse_options;
    parse_options.max_depth = answer_depth_max;
    json::value value = json::parse(answer.body, problem, {}, parse_options);
    if (problem || !value.is_object()) {
        return aws::Fault("InternalFailure", "the answer is not a JSON object", 502);
    }
    return std::move(value.get_object());
}

}  // namespace

WireBackend::WireBackend(WireOptions options, std::shared_ptr<client::CredentialSource> credentials,
                         Environment environment)
    : options_(std::move(options)), credentials_(std::move(credentials)), env_(environment) {}

// ---- what the tools ask ----

void WireBackend::call(std::string_view service_name, std::string_view operation,
                       json::object input, Done done) {
    const Service* service = find_service(service_name);
    if (service == nullptr) {
        done(aws::Fault("UnknownOperationException",
                        "The service " + std::string(service_name) + " is not asked here.", 501));
        return;
    }
    if (service->target_prefix.empty()) {
        auto encoded = wire_s3::encode(operation, input);
        if (!encoded) return done(std::move(encoded).error());
        wire_s3::Request& rest = encoded.value().request;
        submit(calls_,
               {{service, rest.method, rest.path, rest.query, rest.headers, ""},
                [decode = encoded.value().decode, done = std::move(done)](Answer answer) mutable {
                    if (!answer) return done(std::move(answer).error());
                    done(decode(answer.value()));
                }});
        return;
    }
    if (operation == "StartQueryExecution") {
        if (!options_.workgroup.empty() && !input.contains("WorkGroup")) {
            input["WorkGroup"] = options_.workgroup;
        }
        if (!options_.output_location.empty() && !input.contains("ResultConfiguration")) {
            input["ResultConfiguration"] =
                json::object{{"OutputLocation", options_.output_location}};
        }
    }
    Request request{service, "POST", "/", "", {}, json::serialize(input)};
    request.headers.add("Content-Type", "application/x-amz-json-" + std::string(service->version));
    request.headers.add("X-Amz-Target",
                        std::string(service->target_prefix) + "." + std::string(operation));
    submit(lane_of(operation),
           {std::move(request), [done = std::move(done)](Answer answer) mutable {
                if (!answer) return done(std::move(answer).error());
                done(decode_json(answer.value()));
            }});
}

void WireBackend::read_object(std::string bucket, std::string key, std::uint64_t offset,
                              std::uint64_t bytes_max, ReadDone done) {
    const Service* s3 = find_service("s3");
    const std::string path = wire_s3::object_path(bucket, key);
    // Only the size: nothing is wanted, or there is nothing where it would begin.
    const auto measure = [this, s3, path](ReadDone then) {
        submit(calls_,
               {{s3, "HEAD", path, "", {}, ""}, [then = std::move(then)](Answer answer) mutable {
                    if (!answer) return then(std::move(answer).error());
                    then(ObjectPart{"", wire_s3::object_bytes(answer.value())});
                }});
    };
    if (bytes_max == 0) return measure(std::move(done));
    Request request{s3, "GET", path, "", {}, ""};
    request.headers.add("Range", wire_s3::range_header(offset, bytes_max));
    submit(calls_, {std::move(request),
                    [measure, bytes_max, offset, done = std::move(done)](Answer answer) mutable {
                        if (!answer && answer.error().http_status == 416) {
                            return measure(std::move(done));
                        }
                        if (!answer) return done(std::move(answer).error());
                        ObjectPart part{std::move(answer.value().body), 0};
                        part.object_bytes = wire_s3::object_bytes(answer.value());
                        // A server without ranges sends all of it.
                        if (answer.value().status == 200 && offset > 0) {
                            part.bytes.erase(0, std::min<std::uint64_t>(offset, part.bytes.size()));
                        }
                        if (part.bytes.size() > bytes_max) part.bytes.resize(bytes_max);
                        done(std::move(part));
                    }});
}

void WireBackend::drain() {
    base::MutexLock lock(mutex_);
    if (stopped_.exchange(true)) return;
    stopping_.notify_all();
    lock.unlock();
    env_.waiting.after(options_.start_grace_ms, [this] { starts_stopped_ = true; });
}

// ---- lanes ----

WireBackend::Lane& WireBackend::lane_of(std::string_view operation) {
    if (operation == "StopQueryExecution") return stops_;
    return operation == "StartQueryExecution" ? starts_ : calls_;
}

void WireBackend::submit(Lane& lane, Job job) {
    {
        base::MutexLock lock(mutex_);
        if (lane.queued.size() < WireOptions::calls_queued_max) {
            lane.queued.push_back(std::move(job));
            if (lane.running == lane.at_once_max) return;
            ++lane.running;
            lock.unlock();
            env_.waiting.post([this, &lane] { work(lane); });
            return;
        }
    }
    job.done(unavailable("Too many calls wait for AWS's answers (" +
                         std::to_string(WireOptions::calls_queued_max) + "): try again."));
}

void WireBackend::work(Lane& lane) {
    for (;;) {
        Job job;
        {
            base::MutexLock lock(mutex_);
            if (lane.queued.empty()) {
                --lane.running;
                return;
            }
            job = std::move(lane.queued.front());
            lane.queued.pop_front();
        }
        job.done(send(lane, job.request));
    }
}

WireBackend::Answer WireBackend::send(const Lane& lane, const Request& request) {
    if (lane.refuses != nullptr && *lane.refuses) return unavailable("The server stops.");
    Client client = take_client(lane, *request.service);
    Answer answer = try_once(lane, *client, request);
    if (!answer && is_expired(answer.error().code) && credentials_->renew()) {
        answer = try_once(lane, *client, request);
    }
    if (!answer && answer.error().code == "ServiceUnavailable") {
        env_.log.warn("AWS does not answer", {{"service", std::string(request.service->name)},
                                              {"error", answer.error().message}});
    }
    keep_client(lane, *request.service, std::move(client));
    return answer;
}

WireBackend::Answer WireBackend::try_once(const Lane& lane, client::AwsClient& client,
                                          const Request& request) {
    auto keys = credentials_->get(lane.refuses);
    if (!keys) {
        return aws::Fault("NoCredentials",
                          "There are no AWS credentials now: " + keys.error().message, 403);
    }
    client.set_credentials(std::move(keys).value());
    auto answer =
        client.call(request.method, request.path, request.query, request.body, request.headers);
    if (!answer) return fault_of(client, request, answer.error());
    return std::move(answer).value();
}

aws::Fault WireBackend::fault_of(const client::AwsClient& client, const Request& request,
                                 const base::Error& error) const {
    const client::ServiceError& said = client.last_error();
    if (said.status == 0) {
        const std::string signing_name(request.service->signing_name);
        return unavailable(std::string(request.service->name) + " at " +
                           options_.settings.endpoint_of(signing_name) +
                           " does not answer: " + error.message);
    }
    if (!said.code.empty()) return {said.code, said.message, said.status};
    // An answer to HEAD has no body that would say it.
    const char* code = said.status == 404   ? "NotFound"
                       : said.status == 403 ? "AccessDenied"
                       : said.status == 501 ? "UnknownOperationException"
                       : said.status >= 500 ? "ServiceUnavailable"
                                            : "InvalidRequest";
    return {code, said.message, said.status};
}

// ---- clients: each with its connection ----

WireBackend::Client WireBackend::take_client(const Lane& lane, const Service& service) {
    const std::string signing_name(service.signing_name);
    base::MutexLock lock(mutex_);
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& idle) {
        return idle.lane == &lane && idle.service == &service;
    });
    if (found != idle_.rend()) {
        Client client = std::move(found->client);
        idle_.erase(std::next(found).base());
        return client;
    }
    // Without it (no CA bundle) the connection says why.
    if (options_.settings.tls == nullptr &&
        options_.settings.endpoint_of(signing_name).starts_with("https://")) {
        if (auto tls = client::TlsContext::open()) options_.settings.tls = std::move(tls).value();
    }
    client::HttpTimeouts timeouts{options_.connect_ms, options_.receive_ms, lane.stopped};
    client::Retry retry = options_.retry;
    if (lane.stopped == nullptr) {
        timeouts.receive_ms = std::min(timeouts.receive_ms, stop_receive_ms);
        retry.attempts_max = std::min(retry.attempts_max, stop_attempts_max);
        retry.total_ms_max = stop_receive_ms;
    }
    auto client = std::make_unique<client::AwsClient>(
        signing_name, options_.settings, env_.clock, env_.random,
        [this](std::int64_t duration_ms) { pause(duration_ms); }, retry, timeouts);
    client->set_answer_bytes_max(WireOptions::answer_bytes_max);
    return client;
}

void WireBackend::keep_client(const Lane& lane, const Service& service, Client client) {
    Idle dropped;
    base::MutexLock lock(mutex_);
    idle_.push_back({&lane, &service, std::move(client)});
    if (idle_.size() <= WireOptions::idle_clients_max) return;
    dropped = std::move(idle_.front());
    idle_.erase(idle_.begin());
    lock.unlock();  // closing a connection takes its time
}

void WireBackend::pause(std::int64_t duration_ms) {
    base::MutexLock lock(mutex_);
    stopping_.wait_for(lock, std::chrono::milliseconds(duration_ms),
                       [this] { return stopped_.load(); });
}

}  // namespace mcp
