// There is one access control list, which nobody can change: the owner may do all.
#include "services/s3/bucket_shapes.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

namespace get_bucket_acl_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<AccessControlPolicy> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    const std::string owner = canonical_user_id(bucket.account);
    Grant grant;
    grant.grantee.id = owner;
    return AccessControlPolicy{{owner}, {std::move(grant)}};
}

}  // namespace get_bucket_acl_operation

constinit const aws::Operation get_bucket_acl = aws::operation<&get_bucket_acl_operation::run>(
    "GetBucketAcl", {.http = {"GET", "/{Bucket}?acl"}, .output_element = "AccessControlPolicy"});

}  // namespace s3
