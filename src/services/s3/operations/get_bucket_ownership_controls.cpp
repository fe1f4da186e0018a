#include "services/s3/bucket_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace get_bucket_ownership_controls_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    OwnershipControls controls;
    static constexpr auto members() {
        return std::tuple{
            member("OwnershipControls", &Output::controls, {.location = Location::payload})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(stored, read_setting<OwnershipRow>(s3, bucket.name, ownership_document));
    if (stored && stored->removed) return faults::no_such_ownership_controls(bucket.name);
    return Output{{{{"BucketOwnerEnforced"}}}};
}

}  // namespace get_bucket_ownership_controls_operation

constinit const aws::Operation get_bucket_ownership_controls =
    aws::operation<&get_bucket_ownership_controls_operation::run>(
        "GetBucketOwnershipControls", {.http = {"GET", "/{Bucket}?ownershipControls"}});

}  // namespace s3
