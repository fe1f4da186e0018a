// Access keys: the root keys of the program, and temporary credentials for functions and roles.
// Temporary ones are not stored anywhere: the session token holds, sealed, all that is needed to
// verify them, so that they stay good over a restart.
#pragma once

#include <optional>
#include <string>

#include "aws/call.h"
#include "aws/token_sealer.h"
#include "base/clock.h"
#include "base/random.h"

namespace aws {

// As GetCallerIdentity shows the root of an account.
Caller root_caller(const std::string& account, const std::string& access_key_id);

struct RootKeys {
    std::string access_key_id;
    std::string secret_access_key;
    std::string account = "000000000000";
};

struct TemporaryCredentials {
    std::string access_key_id;  // "ASIA…"
    std::string secret_access_key;
    std::string session_token;
    base::Timestamp expires;
};

// What the server needs to verify a signature.
struct KnownKey {
    std::string secret_access_key;
    Caller caller;
    std::optional<base::Timestamp> expires;  // temporary ones; the asker compares with its clock
};

// Longer than any session AWS gives out; asked for more, this is given.
inline constexpr std::int64_t session_ttl_ms_max = std::int64_t{12} * 3600 * 1000;

// "AROA" and 17 characters that come from the ARN: the id of a role that nobody made.
std::string role_id_of_arn(const std::string& role_arn);

// Any thread.
class CredentialStore {
  public:
    // `master_key` 32 bytes; `clock` and `random` outlive the store.
    CredentialStore(RootKeys root, std::string_view master_key, const base::Clock& clock,
                    base::Random& random);

    // The key of that id. A temporary key is known by its session token alone ("" when the request
    // has none). nullopt: no such key, or a token that we did not seal for this key.
    std::optional<KnownKey> find(const std::string& access_key_id,
                                 const std::string& session_token) const;

    // Temporary credentials of `role_arn` ("arn:aws:iam::000000000000:role/name") in `account`.
    // `role_id` "AROA…" is what IAM calls the role; "" for a role that is not there: then it is
    // made from the ARN.
    TemporaryCredentials issue(const std::string& account, const std::string& role_arn,
                               const std::string& session_name, std::int64_t ttl_ms,
                               const std::string& role_id = "") const;
    // The same for whoever `owner` is: account, arn and user_id are what the session shows.
    TemporaryCredentials issue_session(const Caller& owner, std::int64_t ttl_ms) const;

    // The account that an access key id belongs to: the root keys', or what is written in the id
    // of a temporary key, as in AWS's. nullopt: not an id of ours.
    std::optional<std::string> account_of(const std::string& access_key_id) const;

    const RootKeys& root() const { return root_; }

  private:
    const RootKeys root_;
    const TokenSealer sealer_;
    const base::Clock& clock_;
    base::Random& random_;
};

}  // namespace aws
