#include "services/s3/policy.h"
#include "services/s3/settings.h"

namespace s3 {

namespace get_bucket_policy_status_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct PolicyStatus {
    bool is_public = false;
    static constexpr auto members() {
        return std::tuple{member("IsPublic", &PolicyStatus::is_public)};
    }
};
struct Output {
    PolicyStatus status;
    static constexpr auto members() {
        return std::tuple{member("PolicyStatus", &Output::status, {.location = Location::payload})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(policy, read_document(s3, bucket.name, policy_document));
    if (!policy) return faults::no_such_bucket_policy(bucket.name);
    return Output{{is_public_policy(*policy)}};
}

}  // namespace get_bucket_policy_status_operation

constinit const aws::Operation get_bucket_policy_status =
    aws::operation<&get_bucket_policy_status_operation::run>(
        "GetBucketPolicyStatus", {.http = {"GET", "/{Bucket}?policyStatus"}});

}  // namespace s3
