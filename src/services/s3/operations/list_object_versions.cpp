#include "services/s3/faults.h"
#include "services/s3/listing.h"

namespace s3 {

namespace list_object_versions_operation {

struct Input : ListInput {
    Text key_marker, version_id_marker;
    static constexpr auto members() {
        return join(
            ListInput::members(),
            std::tuple{member("KeyMarker", &Input::key_marker,
                              {.wire_name = "key-marker", .location = Location::query}),
                       member("VersionIdMarker", &Input::version_id_marker,
                              {.wire_name = "version-id-marker", .location = Location::query})});
    }
};
struct Version {
    std::string etag;
    std::vector<std::string> checksum_algorithm;
    Text checksum_type;
    std::int64_t size = 0;
    std::string storage_class = "STANDARD", key, version_id;
    bool is_latest = false;
    std::string last_modified;
    Owner owner;
    static constexpr auto members() {
        return std::tuple{
            member("ETag", &Version::etag),
            member("ChecksumAlgorithm", &Version::checksum_algorithm, {.flattened = true}),
            member("ChecksumType", &Version::checksum_type),
            member("Size", &Version::size),
            member("StorageClass", &Version::storage_class),
            member("Key", &Version::key),
            member("VersionId", &Version::version_id),
            member("IsLatest", &Version::is_latest),
            member("LastModified", &Version::last_modified),
            member("Owner", &Version::owner)};
    }
};
struct DeleteMarker {
    Owner owner;
    std::string key, version_id;
    bool is_latest = false;
    std::string last_modified;
    static constexpr auto members() {
        return std::tuple{member("Owner", &DeleteMarker::owner), member("Key", &DeleteMarker::key),
                          member("VersionId", &DeleteMarker::version_id),
                          member("IsLatest", &DeleteMarker::is_latest),
                          member("LastModified", &DeleteMarker::last_modified)};
    }
};
struct Output {
    bool is_truncated = false;
    std::string key_marker, version_id_marker;
    Text next_key_marker, next_version_id_marker;
    std::vector<Version> versions;
    std::vector<DeleteMarker> delete_markers;
    std::string name, prefix;
    Text delimiter;
    std::int32_t max_keys = 0;
    std::vector<CommonPrefix> common_prefixes;
    Text encoding_type;
    static constexpr auto members() {
        return std::tuple{
            member("IsTruncated", &Output::is_truncated),
            member("KeyMarker", &Output::key_marker),
            member("VersionIdMarker", &Output::version_id_marker),
            member("NextKeyMarker", &Output::next_key_marker),
            member("NextVersionIdMarker", &Output::next_version_id_marker),
            member("Versions", &Output::versions, {.wire_name = "Version", .flattened = true}),
            member("DeleteMarkers", &Output::delete_markers,
                   {.wire_name = "DeleteMarker", .flattened = true}),
            member("Name", &Output::name),
            member("Prefix", &Output::prefix),
            member("Delimiter", &Output::delimiter),
            member("MaxKeys", &Output::max_keys),
            member("CommonPrefixes", &Output::common_prefixes, {.flattened = true}),
            member("EncodingType", &Output::encoding_type)};
    }
};

// errors InvalidArgument
aws::Reply<object_store::VersionsRequest> to_request(const Input& input) {
    object_store::VersionsRequest request;
    request.prefix = input.prefix.value_or("");
    request.delimiter = input.delimiter.value_or("");
    request.key_marker = input.key_marker.value_or("");
    const Text& marker = input.version_id_marker;
    if (marker && !marker->empty()) {
        if (request.key_marker.empty()) {
            return faults::invalid_argument(
                "A version-id marker cannot be specified without a key marker.",
                "version-id-marker", *marker);
        }
        if (!object_store::is_version_id(*marker)) {
            return faults::invalid_argument("Invalid version id specified", "version-id-marker",
                                            *marker);
        }
        request.version_marker = *marker;
    }
    TRY(max, parse_count(input.max_keys, "max-keys", keys_per_page_max, keys_per_page_max));
    request.versions_max = max;
    return request;
}

void add(const object_store::ObjectInfo& info, const Owner& owner, bool encoded, Output& output) {
    if (info.delete_marker) {
        output.delete_markers.push_back({owner, encode_key(info.key, encoded), info.version_id,
                                         !info.superseded, xml_time(info.modified)});
        return;
    }
    Version version;
    version.etag = quote(info.etag);
    for (const auto& [algorithm, value] : info.checksums)
        version.checksum_algorithm.push_back(algorithm);
    if (!info.checksums.empty()) version.checksum_type = info.checksum_type;
    version.size = static_cast<std::int64_t>(info.size_bytes);
    version.key = encode_key(info.key, encoded);
    version.version_id = info.version_id;
    version.is_latest = !info.superseded;
    version.last_modified = xml_time(info.modified);
    version.owner = owner;
    output.versions.push_back(std::move(version));
}

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(encoded, wants_encoding(input.encoding_type));
    TRY(request, to_request(input));
    auto listed = s3.store().list_versions(bucket.name, request);
    if (!listed) return faults::from(listed.error(), bucket.name);
    Output output;
    output.name = bucket.name;
    output.prefix = encode_key(request.prefix, encoded);
    output.key_marker = encode_key(request.key_marker, encoded);
    output.version_id_marker = request.version_marker;
    if (!request.delimiter.empty()) output.delimiter = encode_key(request.delimiter, encoded);
    if (encoded) output.encoding_type = "url";
    output.max_keys = static_cast<std::int32_t>(request.versions_max);
    output.is_truncated = listed.value().truncated;
    if (output.is_truncated) {
        output.next_key_marker = encode_key(listed.value().next_key_marker, encoded);
        if (!listed.value().next_version_marker.empty()) {
            output.next_version_id_marker = listed.value().next_version_marker;
        }
    }
    const Owner owner{canonical_user_id(bucket.account)};
    for (const object_store::ObjectInfo& info : listed.value().versions)
        add(info, owner, encoded, output);
    for (const std::string& prefix : listed.value().common_prefixes)
        output.common_prefixes.push_back({encode_key(prefix, encoded)});
    return output;
}

}  // namespace list_object_versions_operation

constinit const aws::Operation list_object_versions =
    aws::operation<&list_object_versions_operation::run>(
        "ListObjectVersions",
        {.http = {"GET", "/{Bucket}?versions"}, .output_element = "ListVersionsResult"});

}  // namespace s3
