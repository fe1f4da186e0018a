// Back to what every bucket has: AES256.
#include "services/s3/settings.h"

namespace s3 {

namespace delete_bucket_encryption_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    auto changed = s3.store().update_bucket(
        bucket.name, [](object_store::Bucket& row) { row.encryption.reset(); });
    if (!changed) return faults::from(changed.error(), bucket.name);
    return shape::Empty{};
}

}  // namespace delete_bucket_encryption_operation

constinit const aws::Operation delete_bucket_encryption =
    aws::operation<&delete_bucket_encryption_operation::run>(
        "DeleteBucketEncryption", {.http = {"DELETE", "/{Bucket}?encryption", 204}});

}  // namespace s3
