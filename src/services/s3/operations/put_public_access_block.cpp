#include "services/s3/bucket_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace put_public_access_block_operation {

struct Input : BucketTarget {
    std::optional<PublicAccessBlock> configuration;
    static constexpr auto members() {
        return join(BucketTarget::members(),
                    std::tuple{member("PublicAccessBlockConfiguration", &Input::configuration,
                                      {.location = Location::payload})});
    }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    if (!input.configuration) return faults::malformed_xml();
    const PublicAccessBlock& asked = *input.configuration;
    const PublicAccessRow row{asked.block_acls.value_or(false), asked.ignore_acls.value_or(false),
                              asked.block_policy.value_or(false),
                              asked.restrict_buckets.value_or(false), false};
    TRY_VOID(write_setting(s3, bucket.name, public_access_document, row));
    return shape::Empty{};
}

}  // namespace put_public_access_block_operation

constinit const aws::Operation put_public_access_block =
    aws::operation<&put_public_access_block_operation::run>(
        "PutPublicAccessBlock",
        {.http = {"PUT", "/{Bucket}?publicAccessBlock"}, .body_bytes_max = 64 * 1024});

}  // namespace s3
