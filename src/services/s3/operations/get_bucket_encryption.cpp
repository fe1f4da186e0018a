// Every bucket encrypts: without a configuration of its own with AES256, as on AWS since 2023.
#include "services/s3/bucket_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace get_bucket_encryption_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    EncryptionConfiguration configuration;
    static constexpr auto members() {
        return std::tuple{member("ServerSideEncryptionConfiguration", &Output::configuration,
                                 {.location = Location::payload})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    const object_store::DefaultEncryption kept =
        bucket.encryption.value_or(object_store::DefaultEncryption{"AES256", {}, false});
    EncryptionRule rule;
    rule.by_default.emplace().algorithm = kept.algorithm;
    if (!kept.key_id.empty()) rule.by_default->key_id = kept.key_id;
    rule.bucket_key = kept.bucket_key;
    return Output{{{std::move(rule)}}};
}

}  // namespace get_bucket_encryption_operation

constinit const aws::Operation get_bucket_encryption =
    aws::operation<&get_bucket_encryption_operation::run>(
        "GetBucketEncryption", {.http = {"GET", "/{Bucket}?encryption"}});

}  // namespace s3
