// Reading and checking what a request claims.
#include "wire/sigv4.h"

#include <algorithm>
#include <charconv>

#include "wire/sigv4_internal.h"
#include "wire/timestamp.h"

namespace wire::sigv4 {

namespace {

using internal::algorithm;

Refusal malformed(std::string message) {
    return {Problem::malformed, std::move(message), {}, {}};
}

bool is_hex64(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// Names become parts of ARNs and of keys in our tables: nothing but these characters.
bool is_name(std::string_view text, std::size_t size_max) {
    return !text.empty() && text.size() <= size_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

// "AKID/20130524/us-east-1/s3/aws4_request"
Checked<void> read_credential(std::string_view credential, Claim& claim) {
    const auto parts = split(credential, '/');
    if (parts.size() != 5 || parts.back() != "aws4_request") {
        return malformed(
            "Credential must have the form <access key>/<date>/<region>/<service>/aws4_request.");
    }
    if (!is_name(parts[0], access_key_chars_max) || parts[1].size() != 8 || !digits(parts[1]) ||
        !is_name(parts[2], scope_name_chars_max) || !is_name(parts[3], scope_name_chars_max)) {
        return malformed("Credential has an empty or broken part.");
    }
    claim.access_key_id = parts[0];
    claim.scope = {std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
    return BOOST_OUTCOME_V2_NAMESPACE::success();
}

Checked<void> read_signed_headers(std::string_view names, Claim& claim) {
    for (const std::string_view name : split(names, ';')) {
        if (name.empty()) return malformed("SignedHeaders holds an empty name.");
        if (claim.signed_headers.size() == signed_headers_max) {
            return malformed("SignedHeaders holds too many names.");
        }
        const bool lower =
            std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!lower) return malformed("SignedHeaders must be in lower case.");
        claim.signed_headers.emplace_back(name);
    }
    return BOOST_OUTCOME_V2_NAMESPACE::success();
}

Checked<void> read_time(std::string_view timestamp, Claim& claim) {
    const auto time = parse_timestamp(timestamp);
    if (!time) return malformed("Date must be in ISO 8601 basic form, 20130524T000000Z.");
    claim.timestamp = timestamp;
    claim.time = *time;
    if (timestamp.substr(0, 8) != claim.scope.date) {
        return Refusal{Problem::scope_date,
                       "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
                       "date from HTTP: '" +
                           claim.scope.date + "' != '" + std::string(timestamp.substr(0, 8)) +
                           "', from '" + std::string(timestamp) + "'.",
                       {},
                       {}};
    }
    return BOOST_OUTCOME_V2_NAMESPACE::success();
}

Checked<void> check_parts(const Claim& claim) {
    if (!is_hex64(claim.signature)) return malformed("Signature must be 64 hexadecimal digits.");
    const auto& names = claim.signed_headers;
    if (std::find(names.begin(), names.end(), "host") == names.end()) {
        return malformed(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    return BOOST_OUTCOME_V2_NAMESPACE::success();
}

Checked<std::optional<Claim>> read_header_claim(const RequestHead& head, std::string_view value) {
    if (head.headers.count("authorization") > 1) {
        return malformed("There is more than one Authorization header.");
    }
    if (value.substr(0, algorithm.size()) != algorithm || value.size() == algorithm.size() ||
        value[algorithm.size()] != ' ') {
        return Refusal{Problem::unsupported_algorithm,
                       "The authorization mechanism you have provided is not supported. Please use "
                       "AWS4-HMAC-SHA256.",
                       {},
                       {}};
    }
    Claim claim;
    bool has_credential = false;
    bool has_headers = false;
    bool has_signature = false;
    for (std::string_view part : split(value.substr(algorithm.size() + 1), ',')) {
        part = trim(part);
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string_view name = part.substr(0, equals);
        const std::string_view text = part.substr(std::min(equals + 1, part.size()));
        if (name == "Credential" && !has_credential) {
            BOOST_OUTCOME_TRYV(read_credential(text, claim));
            has_credential = true;
        } else if (name == "SignedHeaders" && !has_headers) {
            BOOST_OUTCOME_TRYV(read_signed_headers(text, claim));
            has_headers = true;
        } else if (name == "Signature" && !has_signature) {
            claim.signature = text;
            has_signature = true;
        } else {
            return malformed("'" + std::string(name) +
                             "' is not a valid or is a repeated key=value pair in Authorization.");
        }
    }
    for (const auto& [present, name] :
         {std::pair{has_credential, "Credential"}, std::pair{has_signature, "Signature"},
          std::pair{has_headers, "SignedHeaders"}}) {
        if (!present) {
            return malformed("Authorization header requires '" + std::string(name) +
                             "' parameter.");
        }
    }
    BOOST_OUTCOME_TRYV(check_parts(claim));
    std::string timestamp(head.headers.get("x-amz-date"));
    if (timestamp.empty()) timestamp = head.headers.get("date");
    if (timestamp.empty()) {
        return malformed(
            "Authorization header requires existence of either a 'X-Amz-Date' or a "
            "'Date' header.");
    }
    if (const auto time = parse_http_date(timestamp)) {
        timestamp = format_basic_iso8601(time.value());
    }
    BOOST_OUTCOME_TRYV(read_time(timestamp, claim));
    claim.session_token = head.headers.get("x-amz-security-token");
    return std::optional<Claim>(std::move(claim));
}

Checked<std::optional<Claim>> read_query_claim(const RequestHead& head) {
    const auto value = [&](std::string_view name) {
        const std::string* found = head.find_query(name);
        return found != nullptr ? std::string_view(*found) : std::string_view();
    };
    if (value("X-Amz-Algorithm") != algorithm) {
        return Refusal{Problem::unsupported_algorithm,
                       "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\".",
                       {},
                       {}};
    }
    for (const std::string_view name : {"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                                        "X-Amz-SignedHeaders", "X-Amz-Signature"}) {
        const auto count = std::count_if(head.query.begin(), head.query.end(),
                                         [&](const QueryParameter& p) { return p.name == name; });
        if (count != 1) {
            return malformed("A presigned request must hold " + std::string(name) +
                             " exactly once.");
        }
    }
    Claim claim;
    claim.presigned = true;
    BOOST_OUTCOME_TRYV(read_credential(value("X-Amz-Credential"), claim));
    BOOST_OUTCOME_TRYV(read_signed_headers(value("X-Amz-SignedHeaders"), claim));
    claim.signature = value("X-Amz-Signature");
    BOOST_OUTCOME_TRYV(check_parts(claim));
    const std::string_view expires = value("X-Amz-Expires");
    const auto [end, error] =
        std::from_chars(expires.data(), expires.data() + expires.size(), claim.expires_seconds);
    if (error != std::errc() || end != expires.data() + expires.size()) {
        return malformed("X-Amz-Expires should be a number.");
    }
    if (claim.expires_seconds < 0) return malformed("X-Amz-Expires must be non-negative.");
    if (claim.expires_seconds > expires_seconds_max) {
        return malformed("X-Amz-Expires must be less than a week (in seconds) that is 604800.");
    }
    BOOST_OUTCOME_TRYV(read_time(value("X-Amz-Date"), claim));
    claim.session_token = value("X-Amz-Security-Token");
    return std::optional<Claim>(std::move(claim));
}

}  // namespace

std::optional<base::Timestamp> parse_timestamp(std::string_view text) {
    // parse_iso8601 takes more forms than a signature may have.
    const bool basic = text.size() == 16 && text[8] == 'T' && text[15] == 'Z';
    if (!basic || !digits(text.substr(0, 8)) || !digits(text.substr(9, 6))) return std::nullopt;
    const auto time = parse_iso8601(text);
    if (!time) return std::nullopt;
    return time.value();
}

std::optional<Payload> payload_of(std::string_view content_sha256) {
    if (content_sha256 == internal::unsigned_payload) return Payload::unsigned_payload;
    if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return Payload::streaming_signed;
    if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
        return Payload::streaming_signed_trailer;
    }
    if (content_sha256 == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
        return Payload::streaming_unsigned_trailer;
    }
    if (is_hex64(content_sha256)) return Payload::hash;
    return std::nullopt;
}

Checked<std::optional<Claim>> read_claim(const RequestHead& head) {
    const std::string* authorization = head.headers.find("authorization");
    const bool in_query = head.find_query("X-Amz-Algorithm") != nullptr ||
                          head.find_query("X-Amz-Signature") != nullptr;
    if (authorization != nullptr && in_query) {
        return malformed(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query "
            "parameter, Signature query string parameter or the Authorization header "
            "should be specified.");
    }
    if (authorization != nullptr) return read_header_claim(head, *authorization);
    if (in_query) return read_query_claim(head);
    if (head.find_query("AWSAccessKeyId") != nullptr) {
        return Refusal{Problem::unsupported_algorithm,
                       "The authorization mechanism you have provided is not supported. Please use "
                       "AWS4-HMAC-SHA256. (boto3 presigns with it under "
                       "Config(signature_version='s3v4').)",
                       {},
                       {}};
    }
    return std::optional<Claim>();
}

Checked<void> check_time(const Claim& claim, base::Timestamp now) {
    const std::int64_t ahead_ms = claim.time.ms - now.ms;
    if (ahead_ms > clock_skew_ms_max) {
        return Refusal{Problem::skewed,
                       "Signature not yet current: " + claim.timestamp + " is still later than " +
                           format_basic_iso8601({now.ms + clock_skew_ms_max}) + " (" +
                           format_basic_iso8601(now) + " + 15 min.)",
                       {},
                       {}};
    }
    if (claim.presigned) {
        if (now.ms > claim.time.ms + claim.expires_seconds * 1000) {
            return Refusal{Problem::expired, "Request has expired", {}, {}};
        }
    } else if (-ahead_ms > clock_skew_ms_max) {
        return Refusal{Problem::skewed,
                       "Signature expired: " + claim.timestamp + " is now earlier than " +
                           format_basic_iso8601({now.ms - clock_skew_ms_max}) + " (" +
                           format_basic_iso8601(now) + " - 15 min.)",
                       {},
                       {}};
    }
    return BOOST_OUTCOME_V2_NAMESPACE::success();
}

std::optional<std::string> named_payload(const RequestHead& head, const Claim& claim) {
    if (claim.presigned) {
        if (const std::string* named = head.find_query("X-Amz-Content-Sha256")) return *named;
    }
    if (const std::string* named = head.headers.find("x-amz-content-sha256")) return *named;
    if (claim.presigned && internal::encodes_path_once(claim.scope.service)) {
        return std::string(internal::unsigned_payload);
    }
    return std::nullopt;
}

Checked<void> check_signature(const RequestHead& head, const Claim& claim, const SigningKey& key,
                              std::string_view payload) {
    const bool is_s3 = internal::encodes_path_once(claim.scope.service);
    if (is_s3) {
        const auto& names = claim.signed_headers;
        for (const Header& field : head.headers.fields()) {
            if (!equals_ignoring_case(std::string_view(field.name).substr(0, 6), "x-amz-"))
                continue;
            const bool is_signed = std::any_of(names.begin(), names.end(), [&](const auto& name) {
                return equals_ignoring_case(name, field.name);
            });
            if (!is_signed) {
                return Refusal{Problem::unsigned_header,
                               "There were headers present in the request which were not signed",
                               {},
                               {}};
            }
        }
    }
    Refusal refusal{Problem::mismatch, "The signatures differ.", {}, {}};
    for (const auto spelling : {internal::Spelling::rebuilt, internal::Spelling::as_sent}) {
        std::string canonical =
            internal::canonical_request({head.method, head.target, &head.headers,
                                         &claim.signed_headers, payload, is_s3, spelling});
        if (canonical == refusal.canonical_request) break;
        std::string signing = string_to_sign(claim.timestamp, claim.scope, canonical);
        if (equal_in_constant_time(signature_of(key, signing), claim.signature)) {
            return BOOST_OUTCOME_V2_NAMESPACE::success();
        }
        if (refusal.canonical_request.empty()) {
            refusal.canonical_request = std::move(canonical);
            refusal.string_to_sign = std::move(signing);
        }
    }
    return refusal;
}

}  // namespace wire::sigv4
