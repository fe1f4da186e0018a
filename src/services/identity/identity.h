// STS: who am I, and temporary credentials. It keeps no state: a session lives in its token
// (aws/credentials.h), and roles are asked about through ports::Roles.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/credentials.h"
#include "aws/service.h"
#include "base/clock.h"
#include "base/result.h"
#include "services/ports/roles.h"

// One word for each file in operations/.
#define IDENTITY_OPERATIONS(X) \
    X(assume_role)             \
    X(get_access_key_info)     \
    X(get_caller_identity)     \
    X(get_session_token)

namespace identity {

AWS_DECLARE_OPERATIONS(IDENTITY_OPERATIONS)
extern const aws::ServiceModel model;

inline constexpr std::int64_t session_seconds_min = 900;
inline constexpr std::int64_t session_seconds_default = 3'600;
// Of a session's role that takes on another role, and of an account's root.
inline constexpr std::int64_t chained_session_seconds_max = 3'600;

// Makes what a CDK deployment needs in an account and region, if it is not there; called when a
// bootstrap role is taken on that nobody made. Any thread; waits for disk at most.
using EnsureBootstrap =
    std::function<base::Result<void>(const std::string& account, const std::string& region)>;

// Any thread.
struct Identity {
    const aws::CredentialStore& credentials;
    const ports::Roles& roles;
    const base::Clock& clock;
    EnsureBootstrap ensure_bootstrap;
};

// The account and region of a CDK bootstrap role's ARN,
// "arn:aws:iam::123456789012:role/cdk-hnb659fds-deploy-role-123456789012-us-west-2".
struct BootstrapScope {
    std::string account;
    std::string region;
    bool operator==(const BootstrapScope&) const = default;
};
std::optional<BootstrapScope> bootstrap_scope(const std::string& role_arn);

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;
    base::Timestamp expiration;
    static constexpr auto members() {
        using C = Credentials;
        return std::tuple{
            aws::member("AccessKeyId", &C::access_key_id),
            aws::member("SecretAccessKey", &C::secret_access_key, {.sensitive = true}),
            aws::member("SessionToken", &C::session_token),
            aws::member("Expiration", &C::expiration)};
    }
};
// AWS shows whole seconds; the session ends no earlier than shown.
Credentials to_output(aws::TemporaryCredentials issued);

// Whether the caller is a session rather than an account's root.
bool is_role_session(const aws::Caller& caller);

}  // namespace identity
