// Authorization by an authorization server's tokens (OAuth 2.1 as MCP profiles it): the token is a
// JWT for our audience, verified here against the server's key set; what a client needs to get one
// is in our metadata (RFC 9728).
//
// The key set is read when the first token comes, again when a token names a key that is not in it
// (keys were rotated), at most once in `refetch_ms`, and in the background when it is older than
// `refresh_ms`. Requests that need it wait without a thread; only the reading has one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mcp/authorization.h"
#include "mcp/jwt.h"
#include "mcp/key_source.h"

namespace mcp {

struct JwtOptions {
    TokenRules rules;
    std::string resource = {};  // URL of /mcp; default: the audience when it is a URL, else by Host
};

class JwtAuthorization final : public Authorization {
  public:
    static constexpr std::int64_t refetch_ms = 10'000;
    static constexpr std::int64_t refresh_ms = 600'000;
    // Keys that could not be read again for so long are not believed any more.
    static constexpr std::int64_t keys_age_ms_max = 86'400'000;
    static constexpr std::size_t waiting_max = 256;
    // From one address: who makes up tokens with unknown keys leaves room for the others.
    static constexpr std::size_t waiting_of_peer_max = 32;
    // Nor does a request wait longer for keys that come slowly: then it is answered without them.
    static constexpr std::int64_t waiting_ms_max = 10'000;

    JwtAuthorization(JwtOptions options, KeySource source, const base::Clock& clock,
                     base::Executor& executor, base::Log& log);
    ~JwtAuthorization() override;  // stop()

    base::Result<std::string> caller_of(const wire::RequestHead& head) const override;
    bool must_wait(const wire::RequestHead& head, std::string_view peer,
                   base::Task& then) const override;
    std::string challenge(const wire::RequestHead& head, const base::Error& reason) const override;
    std::string metadata(const wire::RequestHead& head) const override;
    void stop() override;

  private:
    class Keys;
    std::string resource_of(const wire::RequestHead& head) const;

    const JwtOptions options_;
    const base::Clock& clock_;
    const std::shared_ptr<Keys> keys_;
};

}  // namespace mcp
