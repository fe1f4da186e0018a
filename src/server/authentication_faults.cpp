#include "server/authentication_faults.h"

#include "wire/timestamp.h"

namespace server {

namespace {

using aws::Fault;
using aws::Protocol;
using wire::sigv4::Problem;

// Every refusal of a key says where the right ones are.
constexpr const char* hint = " (Data Stack: `datastack env` prints the keys of this server.)";

// JSON services answer 400 where REST-JSON and Query answer 403.
Fault coded(Protocol protocol, const char* json_code, const char* query_code, std::string message) {
    if (protocol == Protocol::query) return {query_code, std::move(message), 403};
    return {json_code, std::move(message), protocol == Protocol::rest_json ? 403 : 400};
}

Fault s3_refused(const wire::sigv4::Refusal& refusal, const wire::sigv4::Claim* claim,
                 base::Timestamp now) {
    Fault fault("AccessDenied", refusal.message, 403);
    switch (refusal.problem) {
        case Problem::malformed:
        case Problem::scope_date:
            // A claim that could not be read does not say where it stood; the message does.
            fault = Fault(claim != nullptr && claim->presigned ? "AuthorizationQueryParametersError"
                                                               : "AuthorizationHeaderMalformed",
                          refusal.message, 400);
            break;
        case Problem::unsupported_algorithm:
            fault = Fault("InvalidRequest", refusal.message, 400);
            break;
        case Problem::skewed:
            fault = Fault("RequestTimeTooSkewed",
                          "The difference between the request time and the current time is too "
                          "large.",
                          403);
            if (claim != nullptr) fault.members.emplace_back("RequestTime", claim->timestamp);
            fault.members.emplace_back("ServerTime", wire::format_iso8601(now));
            fault.members.emplace_back("MaxAllowedSkewMilliseconds",
                                       std::to_string(wire::sigv4::clock_skew_ms_max));
            break;
        case Problem::expired:
            if (claim != nullptr) {
                fault.members.emplace_back("X-Amz-Expires", std::to_string(claim->expires_seconds));
                fault.members.emplace_back(
                    "Expires",
                    wire::format_iso8601({claim->time.ms + claim->expires_seconds * 1000}));
            }
            fault.members.emplace_back("ServerTime", wire::format_iso8601(now));
            break;
        case Problem::unsigned_header:
            break;
        case Problem::mismatch:
            fault = Fault("SignatureDoesNotMatch",
                          std::string("The request signature we calculated does not match the "
                                      "signature you provided. Check your key and signing "
                                      "method.") +
                              hint,
                          403);
            if (claim != nullptr) {
                fault.members.emplace_back("AWSAccessKeyId", claim->access_key_id);
                fault.members.emplace_back("StringToSign", refusal.string_to_sign);
                fault.members.emplace_back("SignatureProvided", claim->signature);
                fault.members.emplace_back("CanonicalRequest", refusal.canonical_request);
            }
            break;
    }
    return fault;
}

}  // namespace

Fault signature_refused(Protocol protocol, const wire::sigv4::Refusal& refusal,
                        const wire::sigv4::Claim* claim, base::Timestamp now) {
    if (is_s3(protocol)) return s3_refused(refusal, claim, now);
    switch (refusal.problem) {
        case Problem::malformed:
        case Problem::unsupported_algorithm: {
            Fault fault = coded(protocol, "IncompleteSignatureException", "IncompleteSignature",
                                refusal.message);
            if (protocol == Protocol::query) fault.http_status = 400;
            return fault;
        }
        case Problem::mismatch:
            return coded(protocol, "InvalidSignatureException", "SignatureDoesNotMatch",
                         std::string("The request signature we calculated does not match the "
                                     "signature you provided. Check your AWS Secret Access Key and "
                                     "signing method. Consult the service documentation for "
                                     "details.") +
                             hint);
        case Problem::scope_date:
        case Problem::skewed:
        case Problem::expired:
        case Problem::unsigned_header:
            break;
    }
    return coded(protocol, "InvalidSignatureException", "SignatureDoesNotMatch", refusal.message);
}

Fault signature_missing(Protocol protocol) {
    if (is_s3(protocol)) return {"AccessDenied", "Access Denied", 403};
    return coded(protocol, "MissingAuthenticationTokenException", "MissingAuthenticationToken",
                 "Request is missing Authentication Token");
}

Fault unknown_access_key(Protocol protocol, const std::string& access_key_id) {
    if (is_s3(protocol)) {
        Fault fault("InvalidAccessKeyId",
                    std::string("The AWS Access Key Id you provided does not exist in our "
                                "records.") +
                        hint,
                    403);
        fault.members.emplace_back("AWSAccessKeyId", access_key_id);
        return fault;
    }
    return coded(protocol, "UnrecognizedClientException", "InvalidClientTokenId",
                 std::string("The security token included in the request is invalid.") + hint);
}

Fault wrong_session_token(Protocol protocol) {
    if (is_s3(protocol)) {
        return {"InvalidToken", "The provided token is malformed or otherwise invalid.", 400};
    }
    return coded(protocol, "UnrecognizedClientException", "InvalidClientTokenId",
                 "The security token included in the request is invalid.");
}

Fault expired_session_token(Protocol protocol) {
    if (is_s3(protocol)) return {"ExpiredToken", "The provided token has expired.", 400};
    return coded(protocol, "ExpiredTokenException", "ExpiredToken",
                 "The security token included in the request is expired");
}

Fault wrong_service_in_scope(Protocol protocol, std::string_view expected) {
    const std::string message =
        "Credential should be scoped to correct service: '" + std::string(expected) + "'.";
    if (is_s3(protocol)) return {"AuthorizationHeaderMalformed", message, 400};
    return coded(protocol, "InvalidSignatureException", "SignatureDoesNotMatch", message);
}

Fault bad_content_sha256(bool missing) {
    if (missing) {
        return {"InvalidRequest", "Missing required header for this request: x-amz-content-sha256",
                400};
    }
    return {"InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a "
            "valid sha256 value.",
            400};
}

Fault payload_hash_differs(Protocol protocol, const std::string& claimed,
                           const std::string& computed) {
    if (!is_s3(protocol)) {
        return coded(protocol, "InvalidSignatureException", "SignatureDoesNotMatch",
                     "The value of x-amz-content-sha256 is not the SHA-256 of the body.");
    }
    Fault fault("XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                400);
    fault.members.emplace_back("ClientComputedContentSHA256", claimed);
    fault.members.emplace_back("S3ComputedContentSHA256", computed);
    return fault;
}

Fault bad_decoded_length(bool missing) {
    if (missing) {
        return {"MissingContentLength",
                "You must provide the x-amz-decoded-content-length HTTP header.", 411};
    }
    return {"InvalidArgument", "x-amz-decoded-content-length is not a number.", 400};
}

Fault chunked_body_failed(const wire::aws_chunked::Failure& failure) {
    switch (failure.problem) {
        case wire::aws_chunked::Problem::signature:
            return {"SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you "
                    "provided. " +
                        failure.message,
                    403};
        case wire::aws_chunked::Problem::length:
            return {"IncompleteBody",
                    "The body does not have the announced length. " + failure.message, 400};
        case wire::aws_chunked::Problem::malformed:
        case wire::aws_chunked::Problem::too_long:
            break;
    }
    return {"InvalidRequest", "The aws-chunked body cannot be read. " + failure.message, 400};
}

Fault body_ended_early() {
    return {"IncompleteBody", "The request body terminated unexpectedly", 400};
}

Fault browser_refused(const std::string& what) {
    return {"AccessDenied",
            "A browser's request was refused: " + what +
                " is not known to this server. This keeps web pages from reaching it through "
                "DNS rebinding.",
            403};
}

}  // namespace server
