// Calls to AWS services, ours or Amazon's: endpoint, SigV4 with session token, retries with backoff
// and full jitter. One thread.
//
// The endpoint is AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, or
// https://<service>.<region>.amazonaws.com (in China .amazonaws.com.cn).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "http_client.h"
#include "wire/sigv4.h"

namespace client {

// A variable's value, absent when not set.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

struct AwsSettings {
    wire::sigv4::Credentials credentials;
    std::string region;
    // By service ("KINESIS") and for all (""), as URLs.
    std::map<std::string, std::string> endpoints;
    // Shared by the connections; null: each client has its own.
    std::shared_ptr<TlsContext> tls = nullptr;

    // The URL that a service is called at; by its signing name, "monitoring".
    std::string endpoint_of(const std::string& service) const;
    // AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> of those services, by their signing names.
    void read_endpoints(const Variables& variables, const std::vector<std::string>& services);

    // AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION or
    // AWS_DEFAULT_REGION, AWS_ENDPOINT_URL…  errors  invalid: which variable is missing
    static base::Result<AwsSettings> from(const Variables& variables,
                                          const std::vector<std::string>& services);
};

struct Retry {
    int attempts_max = 5;
    std::int64_t base_ms = 50;
    std::int64_t delay_ms_max = 5'000;
    // No further attempt when so much time is gone; 0: as many as attempts_max says.
    std::int64_t total_ms_max = 0;
};

// What a service answered instead of a result.
struct ServiceError {
    std::string code;  // "ResourceNotFoundException"
    std::string message;
    int status = 0;
};

class AwsClient {
  public:
    // service  the signing name, "kinesis"; waits between attempts are done by `wait_ms`
    AwsClient(std::string service, const AwsSettings& settings, const base::Clock& clock,
              base::Random& random, std::function<void(std::int64_t)> wait_ms, Retry retry = {},
              HttpTimeouts timeouts = {});

    // For the calls from now on: temporary keys change.
    void set_credentials(wire::sigv4::Credentials credentials) {
        credentials_ = std::move(credentials);
    }

    // A longer answer is an error (limit).
    void set_answer_bytes_max(std::size_t bytes) { answer_bytes_max_ = bytes; }

    // JSON protocols: X-Amz-Target "Kinesis_20131202.PutRecords", version "1.1" or "1.0".
    //   returns  the body of a 2xx answer
    //   errors   unavailable (network, or still throttled after the last attempt), invalid: the
    //            service's answer, see last_error()
    base::Result<std::string> call_json(std::string_view target, std::string_view body,
                                        std::string_view version = "1.1");
    // Any request; `path` is percent-encoded, `query` without '?'. errors as call_json; retries
    // only when `idempotent` or when no byte of an answer came.
    base::Result<HttpAnswer> call(const std::string& method, const std::string& path,
                                  const std::string& query, std::string_view body,
                                  const wire::Headers& headers = {}, bool idempotent = true);
    // Of the last call that failed with kind invalid or unavailable; code "" when no answer came.
    const ServiceError& last_error() const { return last_error_; }

  private:
    HttpRequest sign(const std::string& method, const std::string& path, const std::string& query,
                     std::string_view body, const wire::Headers& headers);
    std::int64_t backoff_ms(int attempt);

    const std::string service_;
    wire::sigv4::Credentials credentials_;
    const std::string region_;
    const base::Clock& clock_;
    base::Random& random_;
    const std::function<void(std::int64_t)> wait_ms_;
    const Retry retry_;
    const std::atomic<bool>* const stopped_;
    std::size_t answer_bytes_max_ = answer_body_bytes_max;
    std::string host_header_;
    std::string base_path_;
    std::unique_ptr<HttpClient> http_;
    base::Result<void> endpoint_ = base::ok();
    ServiceError last_error_;
    wire::sigv4::SigningKeyCache keys_;
};

// "https://host:port/path" in parts. errors  invalid
struct Endpoint {
    Target target;
    std::string host_header;
    std::string path;  // "" or "/base"
};
base::Result<Endpoint> parse_endpoint(std::string_view url);

// The service's error of an answer that is not 2xx: JSON or XML.
ServiceError read_service_error(const HttpAnswer& answer);
// Whether trying again may help: 5xx but 501, 429, and throttling codes.
bool is_retryable(const ServiceError& error);

}  // namespace client
