#include "services/s3/bucket_shapes.h"
#include "services/s3/encryption.h"
#include "services/s3/settings.h"

namespace s3 {

namespace put_bucket_encryption_operation {

struct Input : BucketTarget {
    std::optional<EncryptionConfiguration> configuration;
    static constexpr auto members() {
        return join(BucketTarget::members(),
                    std::tuple{member("ServerSideEncryptionConfiguration", &Input::configuration,
                                      {.location = Location::payload})});
    }
};

aws::Reply<object_store::DefaultEncryption> to_default(
    const std::optional<EncryptionConfiguration>& configuration) {
    if (!configuration || configuration->rules.size() != 1) return faults::malformed_xml();
    const EncryptionRule& rule = configuration->rules.front();
    if (!rule.by_default) return faults::malformed_xml();
    if (rule.blocked && rule.blocked->types != std::vector<std::string>{"NONE"} &&
        rule.blocked->types != std::vector<std::string>{"SSE-C"}) {
        return faults::malformed_xml();
    }
    object_store::DefaultEncryption out{rule.by_default->algorithm,
                                        rule.by_default->key_id.value_or(""),
                                        rule.bucket_key.value_or(false)};
    TRY_VOID(check_algorithm(out.algorithm));
    if (out.algorithm == "AES256" && rule.by_default->key_id) {
        return faults::invalid_argument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
            "ApplyServerSideEncryptionByDefault", *rule.by_default->key_id);
    }
    return out;
}

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(wanted, to_default(input.configuration));
    auto changed = s3.store().update_bucket(
        bucket.name, [&](object_store::Bucket& row) { row.encryption = wanted; });
    if (!changed) return faults::from(changed.error(), bucket.name);
    return shape::Empty{};
}

}  // namespace put_bucket_encryption_operation

constinit const aws::Operation put_bucket_encryption =
    aws::operation<&put_bucket_encryption_operation::run>(
        "PutBucketEncryption",
        {.http = {"PUT", "/{Bucket}?encryption"}, .body_bytes_max = 64 * 1024});

}  // namespace s3
