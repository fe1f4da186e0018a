#include "services/s3/s3.h"
#include "services/s3/shapes.h"

namespace s3 {

namespace head_bucket_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    std::string region, arn;
    static constexpr auto members() {
        return std::tuple{
            member("BucketRegion", &Output::region,
                   {.wire_name = "x-amz-bucket-region", .location = Location::header}),
            member("BucketArn", &Output::arn,
                   {.wire_name = "x-amz-bucket-arn", .location = Location::header})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    return Output{bucket.region, "arn:aws:s3:::" + bucket.name};
}

}  // namespace head_bucket_operation

constinit const aws::Operation head_bucket =
    aws::operation<&head_bucket_operation::run>("HeadBucket", {.http = {"HEAD", "/{Bucket}"}});

}  // namespace s3
