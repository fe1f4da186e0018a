// The canonical request of SigV4, and the strings signed from it.
#include <algorithm>

#include "wire/sigv4_internal.h"
#include "wire/uri.h"

namespace wire::sigv4 {

namespace internal {

namespace {

// RFC 3986 5.2.4 plus removal of repeated slashes, as every service but S3 has it.
std::string normalize_path(std::string_view path) {
    std::vector<std::string_view> segments;
    std::string_view rest = path;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('/'), rest.size());
        const std::string_view segment = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (segment.empty() || segment == ".") continue;
        if (segment == "..") {
            if (!segments.empty()) segments.pop_back();
        } else {
            segments.push_back(segment);
        }
    }
    std::string out;
    for (const std::string_view segment : segments) {
        out += '/';
        out += segment;
    }
    if (out.empty() || (path.size() > 1 && path.back() == '/')) out += '/';
    return out;
}

// AWS's encoding of each segment; an encoded slash stays part of its segment.
std::string rebuild_path(std::string_view path) {
    std::string out;
    while (true) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        const auto decoded = percent_decode(segment);
        out += decoded ? percent_encode(*decoded) : std::string(segment);
        if (end == path.size()) return out;
        out += '/';
        path.remove_prefix(end + 1);
    }
}

std::string canonical_path(std::string_view path, bool is_s3, Spelling spelling) {
    if (path.empty() || path == "/") return "/";
    std::string text = spelling == Spelling::rebuilt ? rebuild_path(path) : std::string(path);
    if (is_s3) return text;
    return percent_encode(normalize_path(text), true);
}

std::string canonical_query(std::string_view query, Spelling spelling) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        std::string name(pair.substr(0, equals));
        std::string value(pair.substr(std::min(equals + 1, pair.size())));
        if (name == "X-Amz-Signature") continue;
        if (spelling == Spelling::rebuilt) {
            const auto decoded_name = percent_decode(name);
            const auto decoded_value = percent_decode(value);
            if (decoded_name) name = percent_encode(*decoded_name);
            if (decoded_value) value = percent_encode(*decoded_value);
        }
        pairs.emplace_back(std::move(name), std::move(value));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (!out.empty()) out += '&';
        out += name;
        out += '=';
        out += value;
    }
    return out;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// Trimmed, inner runs of blanks become one space.
void append_trimmed(std::string& out, std::string_view value) {
    bool gap = false;
    const std::size_t start = out.size();
    for (const char c : value) {
        if (is_blank(c)) {
            gap = true;
            continue;
        }
        if (gap && out.size() > start) out += ' ';
        gap = false;
        out += c;
    }
}

}  // namespace

bool encodes_path_once(std::string_view service) {
    return service == "s3" || service == "s3express" || service == "s3-outposts" ||
           service == "s3-object-lambda";
}

std::string canonical_request(const CanonicalInput& input) {
    const TargetParts parts = split_target(input.target);
    std::string out;
    out.reserve(1024);
    out += input.method;
    out += '\n';
    out += canonical_path(parts.path, input.is_s3, input.spelling);
    out += '\n';
    out += canonical_query(parts.query, input.spelling);
    out += '\n';
    std::string names;
    for (const std::string& name : *input.signed_headers) {
        out += name;
        out += ':';
        bool first = true;
        for (const Header& field : input.headers->fields()) {
            if (!equals_ignoring_case(field.name, name)) continue;
            if (!first) out += ',';
            first = false;
            append_trimmed(out, field.value);
        }
        out += '\n';
        if (!names.empty()) names += ';';
        names += name;
    }
    out += '\n';
    out += names;
    out += '\n';
    out += input.payload;
    return out;
}

}  // namespace internal

std::string Scope::text() const {
    std::string out;
    for (const std::string* part : {&date, &region, &service}) {
        out += *part;
        out += '/';
    }
    out += "aws4_request";
    return out;
}

std::string string_to_sign(std::string_view timestamp, const Scope& scope,
                           std::string_view canonical_request) {
    std::string out(internal::algorithm);
    out += '\n';
    out += timestamp;
    out += '\n';
    out += scope.text();
    out += '\n';
    out += sha256_hex(canonical_request);
    return out;
}

std::string signature_of(const SigningKey& key, std::string_view string_to_sign) {
    return to_hex(
        hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()}, string_to_sign));
}

SigningKey derive_signing_key(std::string_view secret_access_key, const Scope& scope) {
    SigningKey key = hmac_sha256("AWS4" + std::string(secret_access_key), scope.date);
    for (const std::string_view part :
         {std::string_view(scope.region), std::string_view(scope.service),
          std::string_view("aws4_request")}) {
        key = hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()}, part);
    }
    return key;
}

SigningKey SigningKeyCache::find_or_derive(const std::string& secret_access_key,
                                           const Scope& scope) {
    const std::string name = scope.text() + '\n' + secret_access_key;
    {
        const base::MutexLock lock(mutex_);
        const auto found = keys_.find(name);
        if (found != keys_.end()) return found->second;
    }
    const SigningKey key = derive_signing_key(secret_access_key, scope);
    const base::MutexLock lock(mutex_);
    // Scopes change once a day: starting over is rare, and cheaper than keeping an order.
    if (keys_.size() >= signing_keys_max) keys_.clear();
    keys_.emplace(name, key);
    return key;
}

std::size_t SigningKeyCache::size() const {
    const base::MutexLock lock(mutex_);
    return keys_.size();
}

}  // namespace wire::sigv4
