#include "services/s3/settings.h"

namespace s3 {

namespace delete_bucket_lifecycle_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY_VOID(write_document(s3, bucket.name, lifecycle_document, std::nullopt));
    return shape::Empty{};
}

}  // namespace delete_bucket_lifecycle_operation

constinit const aws::Operation delete_bucket_lifecycle =
    aws::operation<&delete_bucket_lifecycle_operation::run>(
        "DeleteBucketLifecycle", {.http = {"DELETE", "/{Bucket}?lifecycle", 204}});

}  // namespace s3
