#include "services/s3/settings.h"

namespace s3 {

namespace delete_public_access_block_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    const PublicAccessRow row{false, false, false, false, true};
    TRY_VOID(write_setting(s3, bucket.name, public_access_document, row));
    return shape::Empty{};
}

}  // namespace delete_public_access_block_operation

constinit const aws::Operation delete_public_access_block =
    aws::operation<&delete_public_access_block_operation::run>(
        "DeletePublicAccessBlock", {.http = {"DELETE", "/{Bucket}?publicAccessBlock", 204}});

}  // namespace s3
