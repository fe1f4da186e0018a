#include "services/s3/faults.h"

namespace s3::faults {

using aws::Fault;

namespace {

// ENOSPC and EDQUOT, as base::Error has them.
constexpr int no_space_left = 28;
constexpr int quota_exceeded = 122;

Fault with(Fault fault, std::vector<std::pair<std::string, std::string>> members) {
    fault.members = std::move(members);
    return fault;
}

}  // namespace

Fault from(const base::Error& error, const std::string& bucket, const std::string& key) {
    switch (error.kind) {
        case base::ErrorKind::not_found:
            if (error.context == "bucket") return no_such_bucket(bucket);
            if (error.context == "upload") return no_such_upload({});
            if (error.context == "version") return no_such_version(key, {});
            return no_such_key(key);
        case base::ErrorKind::invalid:
            if (error.context == "precondition") return precondition_failed("If-Match");
            if (error.context == "marker") return marker_not_allowed({});
            break;
        case base::ErrorKind::unavailable:
            if (error.os_error == no_space_left || error.os_error == quota_exceeded) {
                return {"SlowDown",
                        "The server's disk is full: nothing can be written until there is room.",
                        503};
            }
            return {"SlowDown", "Please reduce your request rate.", 503};
        default:
            break;
    }
    // A disk error or a bug: a 500 whose words go to the log.
    return error;
}

Fault no_such_bucket(const std::string& bucket) {
    return with({"NoSuchBucket", "The specified bucket does not exist", 404},
                {{"BucketName", bucket}});
}
Fault no_such_key(const std::string& key) {
    return with({"NoSuchKey", "The specified key does not exist.", 404}, {{"Key", key}});
}
Fault no_such_upload(const std::string& upload_id) {
    Fault fault("NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload "
                "may have been aborted or completed.",
                404);
    if (!upload_id.empty()) fault.members.emplace_back("UploadId", upload_id);
    return fault;
}
Fault bucket_exists(const std::string& bucket) {
    return with({"BucketAlreadyExists",
                 "The requested bucket name is not available. The bucket namespace is shared by "
                 "all users of the system. Please select a different name and try again.",
                 409},
                {{"BucketName", bucket}});
}
Fault bucket_owned_by_you(const std::string& bucket) {
    return with({"BucketAlreadyOwnedByYou",
                 "Your previous request to create the named bucket succeeded and you already own "
                 "it.",
                 409},
                {{"BucketName", bucket}});
}
Fault bucket_not_empty(const std::string& bucket) {
    return with({"BucketNotEmpty", "The bucket you tried to delete is not empty", 409},
                {{"BucketName", bucket}});
}
Fault invalid_bucket_name(const std::string& bucket) {
    return with({"InvalidBucketName", "The specified bucket is not valid.", 400},
                {{"BucketName", bucket}});
}
Fault illegal_location(std::string message) {
    return {"IllegalLocationConstraintException", std::move(message), 400};
}
Fault access_denied() {
    return {"AccessDenied", "Access Denied", 403};
}

Fault of_key(const Fault& fault) {
    Fault out = fault;
    std::string code = fault.code;
    if (code.ends_with("Exception") || code.ends_with("Failure")) out.code = "KMS." + code;
    return out;
}
Fault no_such_version(const std::string& key, const std::string& version_id) {
    return with({"NoSuchVersion", "The specified version does not exist.", 404},
                {{"Key", key}, {"VersionId", version_id}});
}
Fault invalid_version_id(const std::string& version_id) {
    return invalid_argument("Invalid version id specified", "versionId", version_id);
}
Fault marker_not_allowed(const std::string& version_id) {
    Fault fault = with(
        {"MethodNotAllowed", "The specified method is not allowed against this resource.", 405},
        {{"Method", "GET"}, {"ResourceType", "DeleteMarker"}});
    fault.headers.emplace_back("x-amz-delete-marker", "true");
    fault.headers.emplace_back("Allow", "DELETE");
    if (!version_id.empty()) fault.headers.emplace_back("x-amz-version-id", version_id);
    return fault;
}
Fault hidden_by_marker(const std::string& key, const std::string& version_id) {
    Fault fault = no_such_key(key);
    fault.headers.emplace_back("x-amz-delete-marker", "true");
    fault.headers.emplace_back("x-amz-version-id", version_id);
    return fault;
}

Fault bad_request(std::string message) {
    return {"BadRequest", std::move(message), 400};
}
Fault not_implemented(std::string message) {
    return {"NotImplemented", std::move(message), 501};
}
Fault invalid_tag(std::string message, const std::string& name, const std::string& value) {
    return with({"InvalidTag", std::move(message), 400}, {{name, value}});
}
Fault malformed_policy(std::string message) {
    return {"MalformedPolicy", std::move(message), 400};
}
Fault public_policy_blocked() {
    return {"AccessDenied",
            "Access Denied: the policy makes the bucket public, which BlockPublicPolicy of its "
            "public access block forbids.",
            403};
}
Fault no_such_bucket_policy(const std::string& bucket) {
    return with({"NoSuchBucketPolicy", "The bucket policy does not exist", 404},
                {{"BucketName", bucket}});
}
Fault no_such_lifecycle(const std::string& bucket) {
    return with({"NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404},
                {{"BucketName", bucket}});
}
Fault no_such_public_access_block(const std::string& bucket) {
    return with({"NoSuchPublicAccessBlockConfiguration",
                 "The public access block configuration was not found", 404},
                {{"BucketName", bucket}});
}
Fault no_such_tag_set(const std::string& bucket) {
    return with({"NoSuchTagSet", "The TagSet does not exist", 404}, {{"BucketName", bucket}});
}
Fault no_such_ownership_controls(const std::string& bucket) {
    return with(
        {"OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404},
        {{"BucketName", bucket}});
}
Fault illegal_versioning(std::string message) {
    return {"IllegalVersioningConfigurationException", std::move(message), 400};
}

Fault invalid_argument(std::string message, const std::string& name, const std::string& value) {
    return with({"InvalidArgument", std::move(message), 400},
                {{"ArgumentName", name}, {"ArgumentValue", value}});
}
Fault invalid_request(std::string message) {
    return {"InvalidRequest", std::move(message), 400};
}
Fault key_too_long(std::size_t size) {
    return with({"KeyTooLongError", "Your key is too long", 400},
                {{"Size", std::to_string(size)}, {"MaxSizeAllowed", "1024"}});
}
Fault invalid_uri(const std::string& key) {
    return with({"InvalidURI", "Couldn't parse the specified URI.", 400}, {{"URI", key}});
}
Fault metadata_too_large(std::size_t size) {
    return with(
        {"MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400},
        {{"Size", std::to_string(size)}, {"MaxSizeAllowed", "2048"}});
}
Fault malformed_xml() {
    return {"MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published "
            "schema",
            400};
}
Fault header_not_implemented(const std::string& header) {
    return with({"NotImplemented",
                 "A header you provided implies functionality that is not implemented", 501},
                {{"Header", header}});
}
Fault acl_not_supported() {
    return {"AccessControlListNotSupported", "The bucket does not allow ACLs", 400};
}
Fault invalid_storage_class() {
    return {"InvalidStorageClass", "The storage class you specified is not valid", 400};
}

Fault precondition_failed(const std::string& condition) {
    return with({"PreconditionFailed",
                 "At least one of the pre-conditions you specified did not hold", 412},
                {{"Condition", condition}});
}
Fault invalid_range(const std::string& range, std::uint64_t size) {
    Fault fault = with({"InvalidRange", "The requested range is not satisfiable", 416},
                       {{"RangeRequested", range}, {"ActualObjectSize", std::to_string(size)}});
    fault.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
    return fault;
}

Fault missing_content_length() {
    return {"MissingContentLength", "You must provide the Content-Length HTTP header.", 411};
}
Fault incomplete_body() {
    return {"IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
            400};
}
Fault entity_too_large(std::uint64_t size, std::uint64_t max) {
    return with({"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400},
                {{"ProposedSize", std::to_string(size)}, {"MaxSizeAllowed", std::to_string(max)}});
}
Fault invalid_digest(const std::string& digest) {
    return with({"InvalidDigest", "The Content-MD5 you specified was invalid.", 400},
                {{"Content-MD5", digest}});
}
Fault bad_md5(const std::string& expected, const std::string& calculated) {
    return with({"BadDigest", "The Content-MD5 you specified did not match what we received.", 400},
                {{"ExpectedDigest", expected}, {"CalculatedDigest", calculated}});
}
Fault bad_checksum(const std::string& algorithm) {
    return {"BadDigest",
            "The " + algorithm + " you specified did not match the calculated checksum.", 400};
}
Fault invalid_checksum_header(const std::string& header) {
    return invalid_request("Value for " + header + " header is invalid.");
}

Fault entity_too_small(std::uint64_t size, std::uint64_t min, std::int32_t part_number,
                       const std::string& etag) {
    return with(
        {"EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400},
        {{"ProposedSize", std::to_string(size)},
         {"MinSizeAllowed", std::to_string(min)},
         {"PartNumber", std::to_string(part_number)},
         {"ETag", etag}});
}
Fault invalid_part(const std::string& upload_id, std::int32_t part_number,
                   const std::string& etag) {
    return with(
        {"InvalidPart",
         "One or more of the specified parts could not be found.  The part may not have "
         "been uploaded, or the specified entity tag may not match the part's entity tag.",
         400},
        {{"UploadId", upload_id}, {"PartNumber", std::to_string(part_number)}, {"ETag", etag}});
}
Fault invalid_part_order(const std::string& upload_id) {
    return with({"InvalidPartOrder",
                 "The list of parts was not in ascending order. Parts must be ordered by part "
                 "number.",
                 400},
                {{"UploadId", upload_id}});
}

}  // namespace s3::faults
