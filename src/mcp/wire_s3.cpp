#include "mcp/wire_s3.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

#include "aws/json_values.h"
#include "base/shape.h"
#include "wire/timestamp.h"
#include "wire/uri.h"
#include "wire/xml.h"

namespace mcp::wire_s3 {

namespace {

namespace json = boost::json;
using shape::member;

// ---- answers ----

struct ListedObject {
    std::string key;
    std::optional<base::Timestamp> last_modified;
    std::optional<std::string> etag;
    std::int64_t size = 0;
    std::optional<std::string> storage_class;
    static constexpr auto members() {
        return std::tuple{member("Key", &ListedObject::key),
                          member("LastModified", &ListedObject::last_modified),
                          member("ETag", &ListedObject::etag), member("Size", &ListedObject::size),
                          member("StorageClass", &ListedObject::storage_class)};
    }
};
struct CommonPrefix {
    std::string prefix;
    static constexpr auto members() { return std::tuple{member("Prefix", &CommonPrefix::prefix)}; }
};
struct ListObjectsV2Output {
    std::string name;
    std::string prefix;
    std::optional<std::string> delimiter;
    bool is_truncated = false;
    std::int32_t key_count = 0;
    std::int32_t max_keys = 0;
    std::vector<ListedObject> contents;
    std::vector<CommonPrefix> common_prefixes;
    std::optional<std::string> next_continuation_token;
    static constexpr auto members() {
        using O = ListObjectsV2Output;
        return std::tuple{member("Name", &O::name),
                          member("Prefix", &O::prefix),
                          member("Delimiter", &O::delimiter),
                          member("IsTruncated", &O::is_truncated),
                          member("KeyCount", &O::key_count),
                          member("MaxKeys", &O::max_keys),
                          member("Contents", &O::contents, {.flattened = true}),
                          member("CommonPrefixes", &O::common_prefixes, {.flattened = true}),
                          member("NextContinuationToken", &O::next_continuation_token)};
    }
};

struct Bucket {
    std::string name;
    std::optional<base::Timestamp> creation_date;
    static constexpr auto members() {
        return std::tuple{member("Name", &Bucket::name),
                          member("CreationDate", &Bucket::creation_date)};
    }
};
struct ListBucketsOutput {
    std::vector<Bucket> buckets;
    static constexpr auto members() {
        return std::tuple{
            member("Buckets", &ListBucketsOutput::buckets, {.element_name = "Bucket"})};
    }
};

aws::Fault not_understood(const base::Error& error) {
    return {"InternalFailure", "S3's answer is not understood: " + error.message, 502};
}

// With encoding-type=url a '+' is a space.
void decode_name(std::string& name) {
    std::string text = name;
    std::replace(text.begin(), text.end(), '+', ' ');
    if (auto decoded = wire::percent_decode(text)) name = std::move(*decoded);
}

aws::Reply<json::object> decode_list_objects(const client::HttpAnswer& answer) {
    ListObjectsV2Output output;
    auto decoded = wire::decode_xml(answer.body, shape::type_of<ListObjectsV2Output>(), &output);
    if (!decoded) return not_understood(decoded.error());
    decode_name(output.prefix);
    if (output.delimiter) decode_name(*output.delimiter);
    for (ListedObject& object : output.contents)
        decode_name(object.key);
    for (CommonPrefix& common : output.common_prefixes)
        decode_name(common.prefix);
    return aws::to_json(output);
}

aws::Reply<json::object> decode_list_buckets(const client::HttpAnswer& answer) {
    ListBucketsOutput output;
    auto decoded = wire::decode_xml(answer.body, shape::type_of<ListBucketsOutput>(), &output);
    if (!decoded) return not_understood(decoded.error());
    return aws::to_json(output);
}

aws::Reply<json::object> decode_head_object(const client::HttpAnswer& answer) {
    json::object output{{"ContentLength", object_bytes(answer)},
                        {"ETag", answer.headers.get("etag")},
                        {"ContentType", answer.headers.get("content-type")}};
    const auto modified = wire::parse_http_date(answer.headers.get("last-modified"));
    if (modified) output["LastModified"] = static_cast<double>(modified.value().ms) / 1'000;
    return output;
}

// ---- requests ----

struct Parameter {
    std::string_view member;
    std::string_view query;
};
constexpr Parameter list_objects_parameters[] = {
    {"Prefix", "prefix"},
    {"Delimiter", "delimiter"},
    {"ContinuationToken", "continuation-token"},
    {"StartAfter", "start-after"},
    {"MaxKeys", "max-keys"},
};

struct Operation {
    std::string_view name;
    std::string_view method;
    std::string_view query;
    bool has_bucket;
    bool has_key;
    std::span<const Parameter> parameters;
    Decode decode;
};
// Keys may hold what XML cannot: they are asked for percent-encoded.
constexpr Operation operations[] = {
    {"ListObjectsV2", "GET", "list-type=2&encoding-type=url", true, false, list_objects_parameters,
     decode_list_objects},
    {"HeadObject", "HEAD", "", true, true, {}, decode_head_object},
    {"ListBuckets", "GET", "", false, false, {}, decode_list_buckets},
};

std::optional<std::string> text_of(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    return std::nullopt;
}

aws::Fault invalid_argument(std::string message) {
    return {"InvalidArgument", std::move(message), 400};
}

}  // namespace

aws::Reply<Encoded> encode(std::string_view name, const json::object& input) {
    const auto* const found = std::ranges::find(operations, name, &Operation::name);
    if (found == std::end(operations)) {
        return aws::Fault("UnknownOperationException",
                          "S3's " + std::string(name) + " is not among what is asked of S3 here.",
                          501);
    }
    Encoded encoded{{std::string(found->method), "/", std::string(found->query), {}},
                    found->decode};
    std::string bucket, key;
    for (const auto& [member_name, value] : input) {
        const auto text = text_of(value);
        const auto parameter =
            std::ranges::find(found->parameters, std::string_view(member_name), &Parameter::member);
        if (!text) return invalid_argument(std::string(member_name) + " is no text");
        if (found->has_bucket && member_name == "Bucket") {
            bucket = *text;
        } else if (found->has_key && member_name == "Key") {
            key = *text;
        } else if (parameter != found->parameters.end()) {
            encoded.request.query += (encoded.request.query.empty() ? "" : "&") +
                                     std::string(parameter->query) + "=" +
                                     wire::percent_encode(*text);
        } else {
            return invalid_argument("there is no " + std::string(member_name));
        }
    }
    // A bucket's name goes into the path: "." and ".." would be somewhere else.
    if (found->has_bucket && (bucket.size() < 3 || bucket.find('/') != std::string::npos)) {
        return invalid_argument("Bucket is no bucket's name");
    }
    if (found->has_key && key.empty()) return invalid_argument("Key is missing");
    if (found->has_bucket) encoded.request.path = object_path(bucket, key);
    return encoded;
}

std::string object_path(std::string_view bucket, std::string_view key) {
    return "/" + wire::percent_encode(bucket) +
           (key.empty() ? "" : "/" + wire::percent_encode(key, true));
}

std::string range_header(std::uint64_t offset, std::uint64_t bytes_max) {
    return "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + bytes_max - 1);
}

std::uint64_t object_bytes(const client::HttpAnswer& answer) {
    std::string_view text = answer.headers.get("content-range");
    const auto slash = text.find('/');
    text = slash != std::string_view::npos ? text.substr(slash + 1)
                                           : answer.headers.get("content-length");
    std::uint64_t bytes = 0;
    std::from_chars(text.data(), text.data() + text.size(), bytes);
    return bytes;
}

}  // namespace mcp::wire_s3
