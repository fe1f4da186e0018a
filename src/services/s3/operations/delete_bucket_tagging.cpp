#include "services/s3/settings.h"

namespace s3 {

namespace delete_bucket_tagging_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY_VOID(write_document(s3, bucket.name, tagging_document, std::nullopt));
    return shape::Empty{};
}

}  // namespace delete_bucket_tagging_operation

constinit const aws::Operation delete_bucket_tagging =
    aws::operation<&delete_bucket_tagging_operation::run>(
        "DeleteBucketTagging", {.http = {"DELETE", "/{Bucket}?tagging", 204}});

}  // namespace s3
