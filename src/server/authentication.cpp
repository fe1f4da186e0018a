#include "server/authentication.h"

#include <algorithm>

#include "server/authentication_faults.h"

namespace server {

namespace {

namespace sigv4 = wire::sigv4;

bool is_account(std::string_view text) {
    return text.size() == 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

aws::Reply<sigv4::Payload> payload_kind(const std::string& text) {
    const auto kind = sigv4::payload_of(text);
    if (!kind) return bad_content_sha256(false);
    return *kind;
}

}  // namespace

aws::Reply<Authenticated> Authenticator::authenticate(const wire::RequestHead& head,
                                                      const aws::Route& route,
                                                      std::optional<std::string_view> body) const {
    if (!options_.verify) return trust(head);
    const base::Timestamp now = clock_.now();
    const auto claimed = sigv4::read_claim(head);
    if (!claimed) return signature_refused(route.protocol, claimed.error(), nullptr, now);
    if (!claimed.value()) return signature_missing(route.protocol);
    const sigv4::Claim& claim = *claimed.value();
    TRY(known, identify(claim, route.protocol));
    if (route.model != nullptr && claim.scope.service != route.model->signing_name) {
        return wrong_service_in_scope(route.protocol, route.model->signing_name);
    }
    if (const auto timely = sigv4::check_time(claim, now); !timely) {
        return signature_refused(route.protocol, timely.error(), &claim, now);
    }
    TRY(payload, payload_text(head, claim, route, body));
    TRY(kind, payload_kind(payload));
    const sigv4::SigningKey key = keys_.find_or_derive(known.secret_access_key, claim.scope);
    if (const auto fits = sigv4::check_signature(head, claim, key, payload); !fits) {
        return signature_refused(route.protocol, fits.error(), &claim, now);
    }
    Authenticated out{std::move(known.caller), claim.scope.region, {}};
    out.payload = {.kind = kind,
                   .seed_signature = claim.signature,
                   .timestamp = claim.timestamp,
                   .scope = claim.scope,
                   .key = key};
    const bool named = sigv4::named_payload(head, claim).has_value();
    // A hash that was computed here from the body needs no second look.
    if (kind == sigv4::Payload::hash && named) out.payload.hash = payload;
    return out;
}

aws::Reply<aws::KnownKey> Authenticator::identify(const sigv4::Claim& claim,
                                                  aws::Protocol protocol) const {
    auto known = credentials_.find(claim.access_key_id, claim.session_token);
    if (!known) {
        return claim.session_token.empty() ? unknown_access_key(protocol, claim.access_key_id)
                                           : wrong_session_token(protocol);
    }
    if (known->expires && clock_.now() >= *known->expires) return expired_session_token(protocol);
    return std::move(*known);
}

aws::Reply<std::string> Authenticator::payload_text(const wire::RequestHead& head,
                                                    const sigv4::Claim& claim,
                                                    const aws::Route& route,
                                                    std::optional<std::string_view> body) const {
    if (auto named = sigv4::named_payload(head, claim)) return std::move(*named);
    const bool s3 = route.protocol == aws::Protocol::rest_xml;
    if (s3 || !body) return bad_content_sha256(true);
    return wire::sha256_hex(*body);
}

// --auth off: what the request says of itself is taken as it is. A session of ours is known by its
// token all the same: it may be of another account.
aws::Reply<Authenticated> Authenticator::trust(const wire::RequestHead& head) const {
    Authenticated out;
    out.region = options_.default_region;
    std::string account = options_.root_account;
    std::string access_key_id;
    std::optional<std::string> named;
    std::optional<aws::KnownKey> session;
    const auto claimed = sigv4::read_claim(head);
    if (claimed && claimed.value()) {
        const sigv4::Claim& claim = *claimed.value();
        access_key_id = claim.access_key_id;
        if (!claim.session_token.empty()) {
            session = credentials_.find(access_key_id, claim.session_token);
        }
        out.region = claim.scope.region;
        if (is_account(access_key_id)) account = access_key_id;
        named = sigv4::named_payload(head, claim);
    } else if (const std::string* text = head.headers.find("x-amz-content-sha256")) {
        named = *text;
    }
    out.caller = session ? std::move(session->caller) : aws::root_caller(account, access_key_id);
    out.payload.verify = false;
    if (named) {
        // A claimed hash is not compared here; a chunked body must be decoded all the same.
        TRY(kind, payload_kind(*named));
        out.payload.kind = kind;
    }
    return out;
}

}  // namespace server
