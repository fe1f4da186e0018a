// A new bucket blocks all public access, as on AWS since 2023, until it is told otherwise.
#include "services/s3/bucket_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace get_public_access_block_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    PublicAccessBlock configuration;
    static constexpr auto members() {
        return std::tuple{member("PublicAccessBlockConfiguration", &Output::configuration,
                                 {.location = Location::payload})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(stored, read_setting<PublicAccessRow>(s3, bucket.name, public_access_document));
    const PublicAccessRow row = stored.value_or(PublicAccessRow{});
    if (row.removed) return faults::no_such_public_access_block(bucket.name);
    return Output{{row.block_acls, row.ignore_acls, row.block_policy, row.restrict_buckets}};
}

}  // namespace get_public_access_block_operation

constinit const aws::Operation get_public_access_block =
    aws::operation<&get_public_access_block_operation::run>(
        "GetPublicAccessBlock", {.http = {"GET", "/{Bucket}?publicAccessBlock"}});

}  // namespace s3
