#include "services/s3/settings.h"

namespace s3 {

namespace delete_bucket_ownership_controls_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY_VOID(write_setting(s3, bucket.name, ownership_document, OwnershipRow{true}));
    return shape::Empty{};
}

}  // namespace delete_bucket_ownership_controls_operation

constinit const aws::Operation delete_bucket_ownership_controls =
    aws::operation<&delete_bucket_ownership_controls_operation::run>(
        "DeleteBucketOwnershipControls", {.http = {"DELETE", "/{Bucket}?ownershipControls", 204}});

}  // namespace s3
