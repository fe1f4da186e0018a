// Signing requests of our own: the functions' client, the load generator, tests.
#include <algorithm>

#include "wire/sigv4_internal.h"
#include "wire/timestamp.h"
#include "wire/uri.h"

namespace wire::sigv4 {

namespace {

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return out;
}

std::vector<std::string> names_of(const Headers& headers) {
    std::vector<std::string> names;
    for (const Header& field : headers.fields())
        names.push_back(lower_case(field.name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string join(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        if (!out.empty()) out += ';';
        out += name;
    }
    return out;
}

std::string signature_for(const OutgoingRequest& request, const std::vector<std::string>& names,
                          std::string_view payload, std::string_view timestamp, const Scope& scope,
                          const SigningKey& key) {
    const std::string target =
        request.query.empty() ? request.path : request.path + '?' + request.query;
    const std::string canonical = internal::canonical_request(
        {request.method, target, &request.headers, &names, payload,
         internal::encodes_path_once(scope.service), internal::Spelling::as_sent});
    return signature_of(key, string_to_sign(timestamp, scope, canonical));
}

}  // namespace

std::string sign(OutgoingRequest& request, const Credentials& credentials,
                 const SigningContext& context, std::string_view payload, SigningKeyCache* cache) {
    const std::string timestamp = format_basic_iso8601(context.now);
    const Scope scope{timestamp.substr(0, 8), context.region, context.service};
    request.headers.set("X-Amz-Date", timestamp);
    if (!credentials.session_token.empty()) {
        request.headers.set("X-Amz-Security-Token", credentials.session_token);
    }
    if (internal::encodes_path_once(context.service)) {
        request.headers.set("X-Amz-Content-Sha256", std::string(payload));
    }
    const SigningKey key = cache != nullptr
                               ? cache->find_or_derive(credentials.secret_access_key, scope)
                               : derive_signing_key(credentials.secret_access_key, scope);
    const auto names = names_of(request.headers);
    std::string signature = signature_for(request, names, payload, timestamp, scope, key);
    std::string authorization(internal::algorithm);
    authorization += " Credential=" + credentials.access_key_id + '/' + scope.text();
    authorization += ", SignedHeaders=" + join(names);
    authorization += ", Signature=" + signature;
    request.headers.set("Authorization", std::move(authorization));
    return signature;
}

void presign(OutgoingRequest& request, const Credentials& credentials,
             const SigningContext& context, std::int64_t expires_seconds) {
    const std::string timestamp = format_basic_iso8601(context.now);
    const Scope scope{timestamp.substr(0, 8), context.region, context.service};
    const auto names = names_of(request.headers);
    const auto add = [&request](std::string_view name, std::string_view value) {
        if (!request.query.empty()) request.query += '&';
        request.query += name;
        request.query += '=';
        request.query += percent_encode(value);
    };
    add("X-Amz-Algorithm", internal::algorithm);
    add("X-Amz-Credential", credentials.access_key_id + '/' + scope.text());
    add("X-Amz-Date", timestamp);
    add("X-Amz-Expires", std::to_string(expires_seconds));
    add("X-Amz-SignedHeaders", join(names));
    if (!credentials.session_token.empty()) {
        add("X-Amz-Security-Token", credentials.session_token);
    }
    const std::string_view payload = internal::encodes_path_once(context.service)
                                         ? internal::unsigned_payload
                                         : empty_sha256_hex;
    add("X-Amz-Signature", signature_for(request, names, payload, timestamp, scope,
                                         derive_signing_key(credentials.secret_access_key, scope)));
}

}  // namespace wire::sigv4
