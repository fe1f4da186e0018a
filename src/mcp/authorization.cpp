#include "mcp/authorization.h"

#include "mcp/jwt_authorization.h"
#include "wire/base64.h"
#include "wire/sha256.h"

namespace mcp {

namespace {

using base::Error;
using base::ErrorKind;

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i] ^ b[b.empty() ? 0 : i % b.size()]);
    return difference == 0;
}

}  // namespace

base::Result<std::string_view> bearer_token(const wire::RequestHead& head) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = head.headers.get("authorization");
    if (header.size() < scheme.size() ||
        !wire::equals_ignoring_case(header.substr(0, scheme.size()), scheme)) {
        return Error{ErrorKind::not_found, "a bearer token is required", ""};
    }
    return header.substr(scheme.size());
}

std::string bearer_challenge(const Error& reason, std::string_view more) {
    std::string text = "Bearer realm=\"datastack\"";
    if (reason.kind != ErrorKind::not_found) {
        text += ", error=\"invalid_token\", error_description=\"" + reason.message + "\"";
    }
    if (!more.empty()) text += ", " + std::string(more);
    return text;
}

std::string derive_token(std::string_view secret) {
    const wire::Sha256Digest digest = wire::hmac_sha256(secret, "datastack mcp token");
    std::string token = wire::encode_base64(
        std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
    for (char& c : token) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    while (token.ends_with('='))
        token.pop_back();
    return token;
}

// ---- one token ----

base::Result<std::string> TokenAuthorization::caller_of(const wire::RequestHead& head) const {
    if (token_.empty()) return std::string("anyone");
    TRY(given, bearer_token(head));
    if (!equal_in_constant_time(given, token_)) {
        return Error{ErrorKind::invalid, "the token is not the one of this server", ""};
    }
    return std::string("token");
}

std::string TokenAuthorization::challenge(const wire::RequestHead&, const Error& reason) const {
    return bearer_challenge(reason, "");
}

// ---- by settings ----

base::Result<void> check_authorization(const AuthorizationSettings& settings) {
    const bool any = !settings.jwks.empty() || !settings.issuer.empty() ||
                     !settings.audience.empty() || !settings.resource.empty();
    if (any && !settings.on) {
        return Error{ErrorKind::invalid, "mcp-auth is off, but mcp-jwks or its like is set", ""};
    }
    if (!any) return base::ok();
    // Without them a token that was issued for somebody else's server would open this one.
    if (settings.jwks.empty() || settings.issuer.empty() || settings.audience.empty()) {
        return Error{ErrorKind::invalid,
                     "mcp-jwks, mcp-issuer and mcp-audience are needed together", ""};
    }
    if (!settings.resource.empty() && !settings.resource.starts_with("https://") &&
        !settings.resource.starts_with("http://")) {
        return Error{ErrorKind::invalid, "mcp-resource must be a URL", settings.resource};
    }
    return check_key_place(settings.jwks);
}

base::Result<std::unique_ptr<Authorization>> make_authorization(
    const AuthorizationSettings& settings, const AuthorizationEnvironment& environment) {
    TRY_VOID(check_authorization(settings));
    if (settings.jwks.empty()) {
        std::string token = settings.on ? settings.token : std::string();
        if (settings.on && token.empty()) {
            return Error{ErrorKind::invalid, "there is no token to ask for", ""};
        }
        return std::unique_ptr<Authorization>(
            std::make_unique<TokenAuthorization>(std::move(token)));
    }
    TRY(source, make_key_source(settings.jwks, environment.files));
    return std::unique_ptr<Authorization>(std::make_unique<JwtAuthorization>(
        JwtOptions{{settings.issuer, settings.audience}, settings.resource}, std::move(source),
        environment.clock, environment.executor, environment.log));
}

}  // namespace mcp
