// AWS Signature Version 4, both sides, as pure functions: what a request claims about its
// signature, whether the claim holds, and how to sign a request of our own. Bodies are given as
// the hash that the canonical request names. OpenSSL only, so that statically linked clients can
// use it too.
//
// Verifying:  read_claim -> check_time -> (find the secret) -> SigningKeyCache -> check_signature,
// and, where payload_of says so, aws_chunked::Decoder or a hash of the body afterwards.
// Source: "Signing AWS API requests" and "Authenticating Requests (AWS Signature Version 4)" of S3.
#pragma once

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "wire/http.h"
#include "wire/sha256.h"

namespace wire::sigv4 {

inline constexpr std::int64_t clock_skew_ms_max = 15 * 60 * 1000;
inline constexpr std::int64_t expires_seconds_max = 7 * 24 * 3600;
inline constexpr std::size_t signed_headers_max = 100;
inline constexpr std::size_t access_key_chars_max = 128;
inline constexpr std::size_t scope_name_chars_max = 64;  // region, service
inline constexpr std::size_t signing_keys_max = 1024;

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token = {};  // temporary credentials only
};

// "20130524/us-east-1/s3/aws4_request"
struct Scope {
    std::string date;
    std::string region;
    std::string service;
    std::string text() const;
    bool operator==(const Scope&) const = default;
};

// What x-amz-content-sha256 says about the body.
enum class Payload {
    hash,                        // 64 hexadecimal digits: the whole body's SHA-256
    unsigned_payload,            // UNSIGNED-PAYLOAD
    streaming_signed,            // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
    streaming_signed_trailer,    // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
    streaming_unsigned_trailer,  // STREAMING-UNSIGNED-PAYLOAD-TRAILER
};
// nullopt: none of them.
std::optional<Payload> payload_of(std::string_view content_sha256);
inline bool is_streaming(Payload payload) {
    return payload >= Payload::streaming_signed;
}

enum class Problem {
    malformed,              // a part is missing or is not what it must be
    unsupported_algorithm,  // SigV2, SigV4A, Bearer, …
    scope_date,             // the scope's date is not the request's
    skewed,                 // signed too long ago, or in the future
    expired,                // a presigned URL past its X-Amz-Expires
    unsigned_header,        // S3: an x-amz-* header or the host is not among the signed ones
    mismatch,               // the signature is another
};
struct Refusal {
    Problem problem = Problem::malformed;
    std::string message;            // what is wrong, one sentence
    std::string canonical_request;  // of a mismatch: what was hashed here, for S3's answer
    std::string string_to_sign;
};
template <class T>
using Checked =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Refusal,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

// What a request says of its signature, from its Authorization header or its query.
struct Claim {
    std::string access_key_id;
    Scope scope;
    std::vector<std::string> signed_headers;  // lower case, in the order given
    std::string signature;                    // 64 lower-case hexadecimal digits
    std::string timestamp;                    // "20130524T000000Z"
    base::Timestamp time;
    std::string session_token;
    bool presigned = false;
    std::int64_t expires_seconds = 0;  // presigned only
};

// nullopt: the request carries no signature at all (anonymous).
Checked<std::optional<Claim>> read_claim(const RequestHead& head);

Checked<void> check_time(const Claim& claim, base::Timestamp now);

using SigningKey = Sha256Digest;
SigningKey derive_signing_key(std::string_view secret_access_key, const Scope& scope);

// Signing keys by secret and scope: four HMACs saved a request. Any thread.
class SigningKeyCache {
  public:
    SigningKey find_or_derive(const std::string& secret_access_key, const Scope& scope);
    std::size_t size() const;

  private:
    mutable base::Mutex mutex_;
    std::unordered_map<std::string, SigningKey> keys_ GUARDED_BY(mutex_);
};

// What the canonical request names as the payload: the header or query parameter when there is
// one, UNSIGNED-PAYLOAD for S3's presigned URLs, otherwise nullopt: the body's own hash.
std::optional<std::string> named_payload(const RequestHead& head, const Claim& claim);

// Does the signature fit the head and the payload text (a hash, or a constant of named_payload)?
// Requests are accepted in AWS's encoding of path and query and as the client sent them, because
// SDKs sign both ways. refusals unsigned_header, mismatch
Checked<void> check_signature(const RequestHead& head, const Claim& claim, const SigningKey& key,
                              std::string_view payload);

// "AWS4-HMAC-SHA256\n…": what is signed for `canonical_request`.
std::string string_to_sign(std::string_view timestamp, const Scope& scope,
                           std::string_view canonical_request);
std::string signature_of(const SigningKey& key, std::string_view string_to_sign);

// ---- signing ----

struct OutgoingRequest {
    std::string method = "POST";
    std::string path = "/";  // percent-encoded as it will be sent
    std::string query;       // as it will be sent, without '?'
    Headers headers;         // must hold Host; all of them are signed
};

struct SigningContext {
    std::string region;
    std::string service;
    base::Timestamp now;
};

// Adds X-Amz-Date, X-Amz-Security-Token (with a session token), for S3 X-Amz-Content-Sha256 (unless
// there), and Authorization. `payload` is the hash of the body in hexadecimal, or UNSIGNED-PAYLOAD
// or a STREAMING constant. Returns the signature: the seed of a chunked body.
std::string sign(OutgoingRequest& request, const Credentials& credentials,
                 const SigningContext& context, std::string_view payload,
                 SigningKeyCache* cache = nullptr);

// Adds the X-Amz-* parameters with the signature to the query; the payload is UNSIGNED-PAYLOAD for
// S3 and the empty body elsewhere.
void presign(OutgoingRequest& request, const Credentials& credentials,
             const SigningContext& context, std::int64_t expires_seconds);

// "20130524T000000Z"; nullopt when the text is not exactly that form and a real moment.
std::optional<base::Timestamp> parse_timestamp(std::string_view text);

}  // namespace wire::sigv4
