#include "services/s3/encryption.h"
#include "services/s3/faults.h"
#include "services/s3/multipart.h"
#include "services/s3/tagging.h"

namespace s3 {

namespace create_multipart_upload_operation {

struct Input : ObjectTarget, ContentHeaders, EncryptionHeaders {
    Text checksum_algorithm, checksum_type, tagging;
    static constexpr auto members() {
        return join(
            ObjectTarget::members(), ContentHeaders::members(), EncryptionHeaders::members(),
            std::tuple{
                member("ChecksumAlgorithm", &Input::checksum_algorithm,
                       {.wire_name = "x-amz-checksum-algorithm", .location = Location::header}),
                member("ChecksumType", &Input::checksum_type,
                       {.wire_name = "x-amz-checksum-type", .location = Location::header}),
                member("Tagging", &Input::tagging,
                       {.wire_name = "x-amz-tagging", .location = Location::header})});
    }
};
struct Output : EncryptionHeaders {
    std::string bucket, key, upload_id;
    Text checksum_algorithm, checksum_type;
    static constexpr auto members() {
        return join(
            EncryptionHeaders::members(),
            std::tuple{
                member("Bucket", &Output::bucket), member("Key", &Output::key),
                member("UploadId", &Output::upload_id),
                member("ChecksumAlgorithm", &Output::checksum_algorithm,
                       {.wire_name = "x-amz-checksum-algorithm", .location = Location::header}),
                member("ChecksumType", &Output::checksum_type,
                       {.wire_name = "x-amz-checksum-type", .location = Location::header})});
    }
};

aws::Reply<object_store::ObjectProperties> prepare(S3& s3, const aws::Call& call,
                                                   const Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(properties, to_properties(input));
    TRY_VOID(apply_encryption(s3, call, bucket, input, properties));
    if (input.tagging) {
        TRY(tags, parse_tagging_header(*input.tagging));
        properties.tags = std::move(tags);
    }
    if (input.checksum_algorithm) {
        const auto kind = checksum_algorithm(*input.checksum_algorithm);
        if (!kind) return faults::invalid_request("Checksum algorithm provided is unsupported.");
        TRY(type, checksum_type_of(*kind, input.checksum_type.value_or("")));
        properties.checksum_type = type;
    } else if (input.checksum_type) {
        return faults::invalid_request(
            "The x-amz-checksum-type header can only be used with the "
            "x-amz-checksum-algorithm header.");
    } else {
        properties.checksum_type = full_object;
    }
    return properties;
}

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto properties = prepare(s3, call, input);
    if (!properties) return respond(std::move(properties.error()));
    std::string algorithm;
    if (input.checksum_algorithm) {
        algorithm = wire::checksum_name(*checksum_algorithm(*input.checksum_algorithm));
    }
    s3.store().create_upload(input.bucket, input.key, std::move(properties.value()), algorithm,
                             [bucket = input.bucket, respond = std::move(respond)](
                                 base::Result<object_store::Upload> upload) mutable {
                                 if (!upload) return respond(faults::from(upload.error(), bucket));
                                 Output output;
                                 static_cast<EncryptionHeaders&>(output) =
                                     encryption_of(upload.value().properties);
                                 output.bucket = bucket;
                                 output.key = upload.value().key;
                                 output.upload_id = upload.value().id;
                                 if (!upload.value().checksum_algorithm.empty()) {
                                     output.checksum_algorithm = upload.value().checksum_algorithm;
                                     output.checksum_type = upload.value().properties.checksum_type;
                                 }
                                 respond(std::move(output));
                             });
}

}  // namespace create_multipart_upload_operation

constinit const aws::Operation create_multipart_upload =
    aws::operation<&create_multipart_upload_operation::run>(
        "CreateMultipartUpload", {.http = {"POST", "/{Bucket}/{Key+}?uploads"},
                                  .output_element = "InitiateMultipartUploadResult"});

}  // namespace s3
