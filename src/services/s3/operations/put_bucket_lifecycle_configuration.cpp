#include "services/s3/lifecycle_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace put_bucket_lifecycle_configuration_operation {

struct Input : BucketTarget {
    std::optional<LifecycleConfiguration> configuration;
    Text minimum_size;
    static constexpr auto members() {
        return join(BucketTarget::members(),
                    std::tuple{member("LifecycleConfiguration", &Input::configuration,
                                      {.location = Location::payload}),
                               member("TransitionDefaultMinimumObjectSize", &Input::minimum_size,
                                      {.wire_name = "x-amz-transition-default-minimum-object-size",
                                       .location = Location::header})});
    }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    // It is about transitions, which there are none of.
    if (input.minimum_size) {
        return faults::header_not_implemented("x-amz-transition-default-minimum-object-size");
    }
    if (!input.configuration) return faults::malformed_xml();
    TRY(rules, to_lifecycle(*input.configuration));
    TRY_VOID(write_setting(s3, bucket.name, lifecycle_document, rules));
    return shape::Empty{};
}

}  // namespace put_bucket_lifecycle_configuration_operation

constinit const aws::Operation put_bucket_lifecycle_configuration =
    aws::operation<&put_bucket_lifecycle_configuration_operation::run>(
        "PutBucketLifecycleConfiguration",
        {.http = {"PUT", "/{Bucket}?lifecycle"}, .body_bytes_max = 1024 * 1024});

}  // namespace s3
