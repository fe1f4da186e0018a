#include "services/s3/lifecycle_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace get_bucket_lifecycle_configuration_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<LifecycleConfiguration> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(rules, read_setting<LifecycleRules>(s3, bucket.name, lifecycle_document));
    if (!rules) return faults::no_such_lifecycle(bucket.name);
    return to_configuration(*rules);
}

}  // namespace get_bucket_lifecycle_configuration_operation

constinit const aws::Operation get_bucket_lifecycle_configuration =
    aws::operation<&get_bucket_lifecycle_configuration_operation::run>(
        "GetBucketLifecycleConfiguration",
        {.http = {"GET", "/{Bucket}?lifecycle"}, .output_element = "LifecycleConfiguration"});

}  // namespace s3
