// The policy is checked and kept as it is; it is not evaluated.
#include "services/s3/policy.h"
#include "services/s3/settings.h"

namespace s3 {

namespace put_bucket_policy_operation {

struct Input : BucketTarget {
    std::string policy;
    Text confirm_remove_self_access;
    static constexpr auto members() {
        return join(
            BucketTarget::members(),
            std::tuple{member("ConfirmRemoveSelfBucketAccess", &Input::confirm_remove_self_access,
                              {.wire_name = "x-amz-confirm-remove-self-bucket-access",
                               .location = Location::header}),
                       member("Policy", &Input::policy, {.location = Location::payload})});
    }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY_VOID(check_policy(input.policy, bucket.name));
    if (is_public_policy(input.policy)) {
        TRY(block, read_setting<PublicAccessRow>(s3, bucket.name, public_access_document));
        const PublicAccessRow row = block.value_or(PublicAccessRow{});
        if (!row.removed && row.block_policy) return faults::public_policy_blocked();
    }
    TRY_VOID(write_document(s3, bucket.name, policy_document, std::move(input.policy)));
    return shape::Empty{};
}

}  // namespace put_bucket_policy_operation

constinit const aws::Operation put_bucket_policy =
    aws::operation<&put_bucket_policy_operation::run>(
        "PutBucketPolicy", {.http = {"PUT", "/{Bucket}?policy"}, .body_bytes_max = 64 * 1024});

}  // namespace s3
