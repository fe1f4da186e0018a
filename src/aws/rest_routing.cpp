#include "aws/rest_routing.h"

#include <array>
#include <optional>

#include "aws/common_faults.h"
#include "wire/uri.h"

namespace aws {

namespace {

// The longest list of segments a template has; a path with more only fits "{Name+}".
using Segments = std::vector<std::string_view>;

// Splits "/a/b" at its slashes, without the leading one. "/" has no segments, "/a/" has "a", "".
Segments split_path(std::string_view path) {
    Segments segments;
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.empty()) return segments;
    while (true) {
        const std::size_t slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

struct Fit {
    const Operation* operation = nullptr;
    PathParameters path;
    bool required_present = true;
    std::size_t literals = 0;
    std::size_t asked = 0;

    bool better_than(const Fit& other) const {
        if (other.operation == nullptr) return true;
        if (required_present != other.required_present) return required_present;
        if (literals != other.literals) return literals > other.literals;
        // Nothing required beats something required that is absent.
        if (!required_present && asked != other.asked) return asked < other.asked;
        return asked > other.asked;
    }
};

// Match the raw path segments against a template's; values are percent-decoded.
bool fit_path(std::string_view uri_path, const Segments& segments, Fit& fit) {
    if (uri_path.size() > 1 && uri_path.ends_with('/')) uri_path.remove_suffix(1);
    const Segments pattern = split_path(uri_path);
    std::size_t at = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string_view part = pattern[i];
        const bool label = part.starts_with('{') && part.ends_with('}');
        if (at >= segments.size()) return false;
        if (!label) {
            if (segments[at] != part) return false;
            ++fit.literals;
            ++at;
            continue;
        }
        std::string_view name = part.substr(1, part.size() - 2);
        const bool greedy = name.ends_with('+');
        if (greedy) name.remove_suffix(1);
        std::string_view raw = segments[at];
        if (greedy) {
            // What follows the label in the template is literal and stands at the end.
            const std::size_t after = pattern.size() - i - 1;
            if (segments.size() - at < after + 1) return false;
            const std::string_view last = segments[segments.size() - after - 1];
            raw = std::string_view(
                raw.data(), static_cast<std::size_t>(last.data() + last.size() - raw.data()));
            at = segments.size() - after;
        } else {
            ++at;
        }
        auto value = wire::percent_decode(raw);
        if (!value.has_value() || value->empty()) return false;
        fit.path.push_back({std::string(name), std::move(*value)});
    }
    // A slash at the end of a path changes nothing ("/bucket/", "/functions/").
    if (at + 1 == segments.size() && segments[at].empty()) return true;
    return at == segments.size();
}

// The parameters behind the template's '?'.
bool fit_query(std::string_view asked, const wire::RequestHead& head, Fit& fit) {
    while (!asked.empty()) {
        const std::size_t end = asked.find('&');
        const std::string_view pair = asked.substr(0, end);
        const std::size_t equals = pair.find('=');
        const std::string* value = head.find_query(pair.substr(0, equals));
        if (value == nullptr) return false;
        if (equals != std::string_view::npos && *value != pair.substr(equals + 1)) return false;
        ++fit.asked;
        if (end == std::string_view::npos) break;
        asked.remove_prefix(end + 1);
    }
    return true;
}

void count_required(const Operation& operation, const wire::RequestHead& head, Fit& fit) {
    for (const shape::Member& member : operation.input().members) {
        if (!member.constraints.required) continue;
        const bool query = member.constraints.location == shape::Location::query;
        const bool header = member.constraints.location == shape::Location::header;
        if (!query && !header) continue;
        ++fit.asked;
        const std::string* value =
            query ? head.find_query(member.wire_name()) : head.headers.find(member.wire_name());
        if (value == nullptr) fit.required_present = false;
    }
}

struct Uri {
    std::string_view path;
    std::string_view query;
};

Uri split_uri(std::string_view uri) {
    const std::size_t mark = uri.find('?');
    if (mark == std::string_view::npos) return {uri, {}};
    return {uri.substr(0, mark), uri.substr(mark + 1)};
}

// S3's sub-resources: each is another operation, so a request that names one must never fall
// through to the operation of the plain path (DELETE /bucket?policy must not delete the bucket).
// Source: Amazon S3 API reference, the request syntax of each operation.
constexpr std::array s3_subresources = {"abac",
                                        "accelerate",
                                        "acl",
                                        "analytics",
                                        "attributes",
                                        "cors",
                                        "delete",
                                        "encryption",
                                        "intelligent-tiering",
                                        "inventory",
                                        "legal-hold",
                                        "lifecycle",
                                        "list-type",
                                        "location",
                                        "logging",
                                        "metadataConfiguration",
                                        "metadataInventoryTable",
                                        "metadataJournalTable",
                                        "metadataTable",
                                        "metrics",
                                        "notification",
                                        "object-lock",
                                        "ownershipControls",
                                        "partNumber",
                                        "policy",
                                        "policyStatus",
                                        "publicAccessBlock",
                                        "renameObject",
                                        "replication",
                                        "requestPayment",
                                        "restore",
                                        "retention",
                                        "select",
                                        "session",
                                        "tagging",
                                        "torrent",
                                        "uploadId",
                                        "uploads",
                                        "versionId",
                                        "versioning",
                                        "versions",
                                        "website"};

bool names_query(const Operation& operation, std::string_view name) {
    std::string_view asked = split_uri(operation.options.http.uri).query;
    while (!asked.empty()) {
        const std::size_t end = asked.find('&');
        const std::string_view pair = asked.substr(0, end);
        if (pair.substr(0, pair.find('=')) == name) return true;
        if (end == std::string_view::npos) break;
        asked.remove_prefix(end + 1);
    }
    for (const shape::Member& member : operation.input().members) {
        if (member.constraints.location == shape::Location::query && member.wire_name() == name) {
            return true;
        }
    }
    return false;
}

// The first sub-resource in the request that `operation` does not know, nullptr when none.
const char* foreign_subresource(const Operation& operation, const wire::RequestHead& head) {
    for (const char* name : s3_subresources) {
        if (head.find_query(name) != nullptr && !names_query(operation, name)) return name;
    }
    return nullptr;
}

std::string describe_request(const wire::RequestHead& head, const char* subresource) {
    std::string text = head.method + " " + head.path.substr(0, 256);
    if (subresource != nullptr) text += std::string("?") + subresource;
    return text;
}

}  // namespace

void route_rest(const ServiceModel& model, const wire::RequestHead& head, std::string_view bucket,
                Route& route) {
    Segments segments = split_path(wire::split_target(head.target).path);
    if (!bucket.empty()) segments.insert(segments.begin(), bucket);
    Fit best;
    for (const Operation* operation : model.operations) {
        const HttpBinding& binding = operation->options.http;
        if (head.method != binding.method) continue;
        Fit fit;
        fit.operation = operation;
        const Uri uri = split_uri(binding.uri);
        if (!fit_path(uri.path, segments, fit) || !fit_query(uri.query, head, fit)) continue;
        count_required(*operation, head, fit);
        if (fit.better_than(best)) best = std::move(fit);
    }
    const char* foreign = nullptr;
    if (best.operation != nullptr && model.protocol == Protocol::rest_xml) {
        foreign = foreign_subresource(*best.operation, head);
    }
    if (best.operation == nullptr || foreign != nullptr) {
        route.refusal = not_implemented(model.id, describe_request(head, foreign));
        return;
    }
    route.path = std::move(best.path);
    set_operation(route, *best.operation);
}

bool knows_path(const ServiceModel& model, std::string_view target) {
    const Segments segments = split_path(wire::split_target(target).path);
    for (const Operation* operation : model.operations) {
        Fit fit;
        if (fit_path(split_uri(operation->options.http.uri).path, segments, fit)) return true;
    }
    return false;
}

}  // namespace aws
