// Where keys come from, in the order of the AWS SDKs: the environment, the profile in the shared
// files, the container's credentials endpoint, the instance's metadata (IMDSv2). Keys that end are
// fetched again before they do.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws_client.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace client {

// Any thread.
class CredentialSource {
  public:
    virtual ~CredentialSource() = default;
    // Keys that hold now. May wait for the network, until `stopped` is true; null: nobody stops it.
    //   errors  unavailable, invalid: why there are none
    virtual base::Result<wire::sigv4::Credentials> get(const std::atomic<bool>* stopped) = 0;
    // A service said that the last ones have ended. False: there will be no others.
    virtual bool renew() { return false; }
};

class StaticCredentials final : public CredentialSource {
  public:
    explicit StaticCredentials(wire::sigv4::Credentials keys) : keys_(std::move(keys)) {}
    base::Result<wire::sigv4::Credentials> get(const std::atomic<bool>*) override { return keys_; }

  private:
    const wire::sigv4::Credentials keys_;
};

struct TimedCredentials {
    wire::sigv4::Credentials keys;
    std::optional<base::Timestamp> ends;  // absent: never
};

// The JSON of a container's endpoint and of an instance's metadata: AccessKeyId, SecretAccessKey,
// Token, Expiration.   errors  invalid
base::Result<TimedCredentials> read_credentials(std::string_view json);

class FetchedCredentials final : public CredentialSource {
  public:
    using Fetch = std::function<base::Result<TimedCredentials>(const std::atomic<bool>* stopped)>;
    // Fetched again from so long before their end on.
    static constexpr std::int64_t margin_ms = 5 * 60 * 1000;
    // While the last ones still hold, a fetch that failed is tried again after so long.
    static constexpr std::int64_t pause_ms = 10 * 1000;
    // When there are none, the failure is everybody's answer for so long.
    static constexpr std::int64_t failure_ms = 2 * 1000;

    FetchedCredentials(Fetch fetch, const base::Clock& clock)
        : fetch_(std::move(fetch)), clock_(clock) {}
    // One thread fetches; the others get what it got, which they wait for unless they have keys.
    base::Result<wire::sigv4::Credentials> get(const std::atomic<bool>* stopped) override;
    bool renew() override;

  private:
    // Whether they hold for `margin` ms more.
    bool holds(std::int64_t margin) const REQUIRES(mutex_);
    // What is known without a fetch; absent: one is needed.
    std::optional<base::Result<wire::sigv4::Credentials>> known() const REQUIRES(mutex_);
    void keep(base::Result<TimedCredentials> fetched) REQUIRES(mutex_);

    const Fetch fetch_;
    const base::Clock& clock_;
    base::Mutex mutex_;
    base::ConditionVariable fetched_;
    bool fetching_ GUARDED_BY(mutex_) = false;
    std::optional<TimedCredentials> held_ GUARDED_BY(mutex_);
    std::int64_t not_before_ns_ GUARDED_BY(mutex_) = 0;
    std::optional<base::Error> failure_ GUARDED_BY(mutex_);
    std::int64_t failed_until_ns_ GUARDED_BY(mutex_) = 0;
};

// AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI with AWS_CONTAINER_AUTHORIZATION_TOKEN or
// _TOKEN_FILE. Plain HTTP is for this machine and the platforms' own addresses only.
struct ContainerEndpoint {
    std::string url;
    std::string token;       // "" sends none
    std::string token_file;  // read at each fetch: platforms change it
};
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;
base::Result<std::optional<ContainerEndpoint>> find_container(const Variables& variables);
base::Result<TimedCredentials> fetch_from_container(const ContainerEndpoint& endpoint,
                                                    const ReadFile& read_file,
                                                    const HttpTimeouts& timeouts);
// `endpoint` "http://169.254.169.254"
base::Result<TimedCredentials> fetch_from_instance(const std::string& endpoint,
                                                   const HttpTimeouts& timeouts);

// ---- all of it ----

struct AwsEnvironment {
    AwsSettings settings;  // its credentials are empty: ask `credentials`
    std::shared_ptr<CredentialSource> credentials;
    std::string source;  // for people: "the environment", "the profile x", …
};

struct AwsSearch {
    Variables variables;
    ReadFile read_file;
    const base::Clock& clock;
    std::vector<std::string> services;  // by signing names
    // The last resort is the instance's metadata: true believes in it, false asks it first.
    bool trust_instance = false;
    // Of an endpoint that is set when no region is.
    std::string endpoint_region = {};
};
// errors  invalid: what is missing or wrong, and what to set
base::Result<AwsEnvironment> find_aws_environment(const AwsSearch& search);

}  // namespace client
