#include "services/s3/faults.h"
#include "services/s3/listing.h"
#include "services/s3/multipart.h"

namespace s3 {

namespace list_multipart_uploads_operation {

constexpr std::size_t uploads_per_page_max = 1000;

struct Input : BucketTarget {
    Text delimiter, encoding_type, key_marker, max_uploads, prefix, upload_id_marker;
    static constexpr auto members() {
        constexpr auto query = [](const char* name, Text Input::*at, const char* wire_name) {
            return member(name, at, {.wire_name = wire_name, .location = Location::query});
        };
        return join(
            BucketTarget::members(),
            std::tuple{query("Delimiter", &Input::delimiter, "delimiter"),
                       query("EncodingType", &Input::encoding_type, "encoding-type"),
                       query("KeyMarker", &Input::key_marker, "key-marker"),
                       query("MaxUploads", &Input::max_uploads, "max-uploads"),
                       query("Prefix", &Input::prefix, "prefix"),
                       query("UploadIdMarker", &Input::upload_id_marker, "upload-id-marker")});
    }
};
struct ListedUpload {
    std::string key, upload_id;
    Owner initiator, owner;
    std::string storage_class = "STANDARD", initiated;
    Text checksum_algorithm, checksum_type;
    static constexpr auto members() {
        return std::tuple{member("Key", &ListedUpload::key),
                          member("UploadId", &ListedUpload::upload_id),
                          member("Initiator", &ListedUpload::initiator),
                          member("Owner", &ListedUpload::owner),
                          member("StorageClass", &ListedUpload::storage_class),
                          member("Initiated", &ListedUpload::initiated),
                          member("ChecksumAlgorithm", &ListedUpload::checksum_algorithm),
                          member("ChecksumType", &ListedUpload::checksum_type)};
    }
};
struct Output {
    std::string bucket, key_marker, upload_id_marker;
    Text next_key_marker, next_upload_id_marker;
    std::string prefix;
    Text delimiter, encoding_type;
    std::int32_t max_uploads = 0;
    bool is_truncated = false;
    std::vector<ListedUpload> uploads;
    std::vector<CommonPrefix> common_prefixes;
    static constexpr auto members() {
        return std::tuple{
            member("Bucket", &Output::bucket),
            member("KeyMarker", &Output::key_marker),
            member("UploadIdMarker", &Output::upload_id_marker),
            member("NextKeyMarker", &Output::next_key_marker),
            member("NextUploadIdMarker", &Output::next_upload_id_marker),
            member("Prefix", &Output::prefix),
            member("Delimiter", &Output::delimiter),
            member("EncodingType", &Output::encoding_type),
            member("MaxUploads", &Output::max_uploads),
            member("IsTruncated", &Output::is_truncated),
            member("Uploads", &Output::uploads, {.wire_name = "Upload", .flattened = true}),
            member("CommonPrefixes", &Output::common_prefixes, {.flattened = true})};
    }
};

void add_uploads(const std::vector<object_store::Upload>& uploads, const std::string& owner,
                 bool encoded, Output& output) {
    for (const object_store::Upload& upload : uploads) {
        ListedUpload one;
        one.key = encode_key(upload.key, encoded);
        one.upload_id = upload.id;
        one.initiator.id = one.owner.id = owner;
        one.initiated = xml_time(upload.started);
        if (!upload.checksum_algorithm.empty()) {
            one.checksum_algorithm = upload.checksum_algorithm;
            one.checksum_type = upload.properties.checksum_type;
        }
        output.uploads.push_back(std::move(one));
    }
}

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(encoded, wants_encoding(input.encoding_type));
    TRY(max,
        parse_count(input.max_uploads, "max-uploads", uploads_per_page_max, uploads_per_page_max));
    object_store::UploadsRequest request;
    request.prefix = input.prefix.value_or("");
    request.delimiter = input.delimiter.value_or("");
    request.key_marker = input.key_marker.value_or("");
    // S3 ignores an id without a key.
    if (!request.key_marker.empty()) request.id_marker = input.upload_id_marker.value_or("");
    request.uploads_max = max;
    auto listed = s3.store().list_uploads(bucket.name, request);
    if (!listed) return faults::from(listed.error(), bucket.name);
    Output output;
    output.bucket = bucket.name;
    output.key_marker = encode_key(request.key_marker, encoded);
    output.upload_id_marker = request.id_marker;
    output.prefix = encode_key(request.prefix, encoded);
    if (!request.delimiter.empty()) output.delimiter = encode_key(request.delimiter, encoded);
    if (encoded) output.encoding_type = "url";
    output.max_uploads = static_cast<std::int32_t>(max);
    output.is_truncated = listed.value().truncated;
    if (output.is_truncated) {
        output.next_key_marker = encode_key(listed.value().next_key_marker, encoded);
        output.next_upload_id_marker = listed.value().next_id_marker;
    }
    add_uploads(listed.value().uploads, canonical_user_id(bucket.account), encoded, output);
    for (const std::string& prefix : listed.value().common_prefixes) {
        output.common_prefixes.push_back({encode_key(prefix, encoded)});
    }
    return output;
}

}  // namespace list_multipart_uploads_operation

constinit const aws::Operation list_multipart_uploads =
    aws::operation<&list_multipart_uploads_operation::run>(
        "ListMultipartUploads",
        {.http = {"GET", "/{Bucket}?uploads"}, .output_element = "ListMultipartUploadsResult"});

}  // namespace s3
