#include "services/s3/request.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "services/s3/faults.h"
#include "services/s3/s3.h"
#include "wire/sha256.h"
#include "wire/timestamp.h"
#include "wire/utf8.h"

namespace s3 {

namespace {

// Headers of the operations we have that we do not implement. Source: botocore's s3 model.
constexpr std::array unsupported_headers = {
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5",
    "x-amz-server-side-encryption-context",
    "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "x-amz-copy-source-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key-md5",
    "x-amz-website-redirect-location",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
    "x-amz-write-offset-bytes",
    "x-amz-mfa",
    "x-amz-bypass-governance-retention",
    "x-amz-if-match-last-modified-time",
    "x-amz-if-match-size",
    "x-amz-if-match-initiated-time",
    "x-amz-bucket-namespace",
    "x-amz-checksum-sha512",
    "x-amz-checksum-md5",
    "x-amz-checksum-xxhash64",
    "x-amz-checksum-xxhash3",
    "x-amz-checksum-xxhash128",
};

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool looks_like_address(std::string_view name) {
    int dots = 0;
    for (const char c : name) {
        if (c == '.') {
            ++dots;
        } else if (c < '0' || c > '9') {
            return false;
        }
    }
    return dots == 3;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

// "aws-chunked" describes the transfer; it is not part of the object.
std::string without_aws_chunked(std::string_view encoding) {
    std::string kept;
    while (!encoding.empty()) {
        const std::size_t end = std::min(encoding.find(','), encoding.size());
        const std::string_view one = trim(encoding.substr(0, end));
        if (!one.empty() && lower_case(one) != "aws-chunked") {
            if (!kept.empty()) kept += ",";
            kept += one;
        }
        encoding.remove_prefix(std::min(end + 1, encoding.size()));
    }
    return kept;
}

// A list of entity tags, or "*", as in If-Match.
bool matches_etag(std::string_view list, std::string_view etag) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        std::string_view one = trim(list.substr(0, end));
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (unquote(one) == etag) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

// The names under which content headers are kept.
struct KeptHeader {
    const char* name;
    Text ContentHeaders::*member;
};
constexpr std::array kept_headers = {
    KeptHeader{"cache-control", &ContentHeaders::cache_control},
    KeptHeader{"content-disposition", &ContentHeaders::content_disposition},
    KeptHeader{"content-encoding", &ContentHeaders::content_encoding},
    KeptHeader{"content-language", &ContentHeaders::content_language},
    KeptHeader{"expires", &ContentHeaders::expires},
};
constexpr std::string_view metadata_prefix = "x-amz-meta-";

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

bool is_bucket_name(std::string_view name) {
    if (name.size() < 3 || name.size() > 63) return false;
    if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (!is_lower_or_digit(c) && c != '-' && c != '.') return false;
        if (c == '.' && name[i - 1] == '.') return false;
    }
    if (looks_like_address(name)) return false;
    for (const char* prefix : {"xn--", "sthree-", "amzn-s3-demo-"}) {
        if (name.starts_with(prefix)) return false;
    }
    for (const char* suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}) {
        if (name.ends_with(suffix)) return false;
    }
    return true;
}

aws::Reply<void> check_key(const std::string& key) {
    if (key.size() > key_bytes_max) return faults::key_too_long(key.size());
    if (!wire::is_utf8(key)) return faults::invalid_uri(wire::to_valid_utf8(key));
    return base::ok();
}

aws::Reply<void> refuse_unsupported_headers(const aws::Call& call) {
    for (const char* name : unsupported_headers) {
        if (call.head != nullptr && call.head->headers.find(name) != nullptr) {
            return faults::header_not_implemented(name);
        }
    }
    const std::string_view acl = call.header("x-amz-acl");
    if (!acl.empty() && acl != "private" && acl != "bucket-owner-full-control") {
        return faults::acl_not_supported();
    }
    const std::string_view storage_class = call.header("x-amz-storage-class");
    if (!storage_class.empty() && storage_class != "STANDARD") {
        return faults::invalid_storage_class();
    }
    return base::ok();
}

aws::Reply<object_store::ObjectProperties> to_properties(const ContentHeaders& headers) {
    object_store::ObjectProperties properties;
    if (headers.content_type && !headers.content_type->empty()) {
        properties.content_type = *headers.content_type;
    }
    for (const KeptHeader& kept : kept_headers) {
        const Text& value = headers.*kept.member;
        if (value && !value->empty()) properties.headers[kept.name] = *value;
    }
    const auto encoding = properties.headers.find("content-encoding");
    if (encoding != properties.headers.end()) {
        encoding->second = without_aws_chunked(encoding->second);
        if (encoding->second.empty()) properties.headers.erase(encoding);
    }
    std::size_t bytes = 0;
    for (const auto& [name, value] : headers.metadata) {
        bytes += name.size() + value.size();
        properties.headers[std::string(metadata_prefix) + lower_case(name)] = value;
    }
    if (bytes > metadata_bytes_max) return faults::metadata_too_large(bytes);
    return properties;
}

ContentHeaders to_content_headers(const object_store::ObjectInfo& info) {
    ContentHeaders headers;
    headers.content_type = info.content_type;
    for (const auto& [name, value] : info.headers) {
        if (name.starts_with(metadata_prefix)) {
            headers.metadata[name.substr(metadata_prefix.size())] = value;
            continue;
        }
        for (const KeptHeader& kept : kept_headers) {
            if (name == kept.name) headers.*kept.member = value;
        }
    }
    return headers;
}

aws::Reply<object_store::Condition> write_condition(const Text& if_match,
                                                    const Text& if_none_match) {
    object_store::Condition condition;
    if (if_none_match) {
        // S3 takes nothing but "*" here.
        if (trim(*if_none_match) != "*") return faults::header_not_implemented("If-None-Match");
        condition.if_none_exists = true;
    }
    if (if_match) {
        if (trim(*if_match) == "*" || if_match->find(',') != std::string::npos) {
            return faults::header_not_implemented("If-Match");
        }
        condition.if_etag = unquote(trim(*if_match));
    }
    if (if_match && if_none_match) {
        return faults::invalid_request("If-Match and If-None-Match exclude each other.");
    }
    return condition;
}

aws::Reply<int> check_read_conditions(const ReadConditions& conditions,
                                      const object_store::ObjectInfo& info) {
    const base::Timestamp modified = whole_seconds(info.modified);
    // A date that is none is ignored (RFC 9110).
    const auto date = [](const Text& text) -> std::optional<base::Timestamp> {
        if (!text) return std::nullopt;
        auto parsed = wire::parse_http_date(*text);
        if (!parsed) return std::nullopt;
        return parsed.value();
    };
    if (conditions.if_match) {
        if (!matches_etag(*conditions.if_match, info.etag)) {
            return faults::precondition_failed("If-Match");
        }
    } else if (const auto since = date(conditions.if_unmodified_since)) {
        if (modified > *since) return faults::precondition_failed("If-Unmodified-Since");
    }
    if (conditions.if_none_match) {
        return matches_etag(*conditions.if_none_match, info.etag) ? 304 : 0;
    }
    if (const auto since = date(conditions.if_modified_since)) {
        if (modified <= *since) return 304;
    }
    return 0;
}

aws::Reply<std::size_t> parse_count(const Text& text, const std::string& name, std::size_t fallback,
                                    std::size_t max) {
    if (!text || text->empty()) return fallback;
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size()) {
        return faults::invalid_argument(
            "Provided " + name + " not an integer or within integer range", name, *text);
    }
    if (value < 0) {
        return faults::invalid_argument(
            "Argument " + name + " must be an integer between 0 and 2147483647", name, *text);
    }
    return std::min(static_cast<std::size_t>(value), max);
}

aws::Reply<std::int32_t> parse_part_number(const std::string& text) {
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 ||
        value > object_store::part_number_max) {
        return faults::invalid_argument(
            "Part number must be an integer between 1 and 10000, "
            "inclusive",
            "partNumber", text);
    }
    return value;
}

std::string unquote(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
        etag = etag.substr(1, etag.size() - 2);
    }
    return std::string(etag);
}

std::string quote(std::string_view etag) {
    return "\"" + std::string(etag) + "\"";
}

base::Timestamp whole_seconds(base::Timestamp time) {
    return {time.ms / 1000 * 1000};
}

std::string xml_time(base::Timestamp time) {
    return wire::format_iso8601_ms(whole_seconds(time));
}

std::string canonical_user_id(const std::string& account) {
    return wire::sha256_hex("account " + account);
}

}  // namespace s3
