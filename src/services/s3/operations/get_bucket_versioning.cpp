#include "services/s3/settings.h"
#include "services/s3/shapes.h"

namespace s3 {

namespace get_bucket_versioning_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    Text status;
    static constexpr auto members() { return std::tuple{member("Status", &Output::status)}; }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    return Output{bucket.versioning};
}

}  // namespace get_bucket_versioning_operation

constinit const aws::Operation get_bucket_versioning =
    aws::operation<&get_bucket_versioning_operation::run>(
        "GetBucketVersioning",
        {.http = {"GET", "/{Bucket}?versioning"}, .output_element = "VersioningConfiguration"});

}  // namespace s3
