// Who asks, and may the body be believed: SigV4 over the head (and the whole body where the
// signature covers its hash), and what is left to verify while a body streams.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/call.h"
#include "aws/credentials.h"
#include "aws/fault.h"
#include "aws/routing.h"
#include "base/clock.h"
#include "wire/http.h"
#include "wire/sigv4.h"

namespace server {

struct AuthenticationOptions {
    // False (--auth off): any key and signature is taken; a 12-digit access key id is the account.
    bool verify = true;
    std::string root_account = "000000000000";
    std::string default_region = "us-east-1";  // of requests without a credential scope
};

// What the signature says of the body.
struct PayloadPromise {
    wire::sigv4::Payload kind = wire::sigv4::Payload::unsigned_payload;
    std::string hash = {};  // Payload::hash, "" when it needs no check any more
    bool verify = true;
    // streaming payloads
    std::string seed_signature = {};
    std::string timestamp = {};
    wire::sigv4::Scope scope = {};
    wire::sigv4::SigningKey key = {};
};

struct Authenticated {
    aws::Caller caller;
    std::string region;
    PayloadPromise payload;
};

class Authenticator {
  public:
    Authenticator(AuthenticationOptions options, const aws::CredentialStore& credentials,
                  const base::Clock& clock)
        : options_(std::move(options)), credentials_(credentials), clock_(clock) {}

    // `body` is absent while it is still to come: then the payload must be named by the head.
    // Any thread; hashes the body, so not an I/O thread.
    aws::Reply<Authenticated> authenticate(const wire::RequestHead& head, const aws::Route& route,
                                           std::optional<std::string_view> body) const;

    const AuthenticationOptions& options() const { return options_; }

  private:
    aws::Reply<Authenticated> trust(const wire::RequestHead& head) const;
    aws::Reply<aws::KnownKey> identify(const wire::sigv4::Claim& claim,
                                       aws::Protocol protocol) const;
    aws::Reply<std::string> payload_text(const wire::RequestHead& head,
                                         const wire::sigv4::Claim& claim, const aws::Route& route,
                                         std::optional<std::string_view> body) const;

    const AuthenticationOptions options_;
    const aws::CredentialStore& credentials_;
    const base::Clock& clock_;
    mutable wire::sigv4::SigningKeyCache keys_;
};

}  // namespace server
