// Who a request over HTTP comes from. Three ways: everyone is let in, one bearer token for all, or
// tokens of an authorization server (jwt_authorization.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/executor.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "base/result.h"
#include "wire/http.h"

namespace mcp {

// Any thread.
class Authorization {
  public:
    virtual ~Authorization() = default;

    // Who asks: what cursors and sessions are bound to. Does not wait.
    //   errors  not_found: no token is there; invalid: a wrong one. The message may be shown
    virtual base::Result<std::string> caller_of(const wire::RequestHead& head) const = 0;

    // Whether something must be fetched before caller_of can tell. Then `then` is taken, and runs
    // on the executor when it is there or could not be had; else it is untouched. `peer` is who
    // asks, "10.0.0.7:50312".
    virtual bool must_wait(const wire::RequestHead& head, std::string_view peer,
                           base::Task& then) const {
        static_cast<void>(head);
        static_cast<void>(peer);
        static_cast<void>(then);
        return false;
    }

    // The WWW-Authenticate of the answer 401.
    virtual std::string challenge(const wire::RequestHead& head,
                                  const base::Error& reason) const = 0;
    // The JSON of /.well-known/oauth-protected-resource (RFC 9728), "" when there is none.
    virtual std::string metadata(const wire::RequestHead& head) const {
        static_cast<void>(head);
        return {};
    }

    // What waits is dropped, nothing is fetched any more. Idempotent.
    virtual void stop() {}
};

// "Authorization: Bearer <token>" with one token for all; an empty token lets everyone in.
class TokenAuthorization final : public Authorization {
  public:
    explicit TokenAuthorization(std::string token) : token_(std::move(token)) {}
    base::Result<std::string> caller_of(const wire::RequestHead& head) const override;
    std::string challenge(const wire::RequestHead& head, const base::Error& reason) const override;

  private:
    const std::string token_;
};

// What follows "Bearer " in the Authorization header.
//   errors  not_found: there is no such header, or it is of another scheme
base::Result<std::string_view> bearer_token(const wire::RequestHead& head);
// 'Bearer …' of RFC 6750: the error only if a token came; `more` are further parameters.
std::string bearer_challenge(const base::Error& reason, std::string_view more);

// What `datastack env` prints: the same for one secret, for ever.
std::string derive_token(std::string_view secret);

// As a command line or a configuration says it.
struct AuthorizationSettings {
    bool on = true;
    std::string token = {};     // needed unless there is `jwks`
    std::string jwks = {};      // URL or file of the key set: tokens of an authorization server
    std::string issuer = {};    // of those tokens, needed with jwks
    std::string audience = {};  // of those tokens, needed with jwks
    std::string resource = {};  // public URL of /mcp; default: the audience when it is a URL
};
struct AuthorizationEnvironment {
    base::FileSystem& files;
    const base::Clock& clock;
    base::Executor& executor;
    base::Log& log;
};
// Whether the settings go together, without making anything.
//   errors  invalid: what contradicts what
base::Result<void> check_authorization(const AuthorizationSettings& settings);
// errors  as check_authorization
base::Result<std::unique_ptr<Authorization>> make_authorization(
    const AuthorizationSettings& settings, const AuthorizationEnvironment& environment);

}  // namespace mcp
