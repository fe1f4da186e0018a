// There is one access control list, which nobody can change: the owner may do all.
#include "services/s3/bucket_shapes.h"
#include "services/s3/version.h"

namespace s3 {

namespace get_object_acl_operation {

struct Input : VersionTarget {
    static constexpr auto members() { return VersionTarget::members(); }
};

aws::Reply<AccessControlPolicy> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY_VOID(head(s3, bucket, input));
    const std::string owner = canonical_user_id(bucket.account);
    Grant grant;
    grant.grantee.id = owner;
    return AccessControlPolicy{{owner}, {std::move(grant)}};
}

}  // namespace get_object_acl_operation

constinit const aws::Operation get_object_acl = aws::operation<&get_object_acl_operation::run>(
    "GetObjectAcl",
    {.http = {"GET", "/{Bucket}/{Key+}?acl"}, .output_element = "AccessControlPolicy"});

}  // namespace s3
