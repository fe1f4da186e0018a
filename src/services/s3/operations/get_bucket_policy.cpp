#include "services/s3/settings.h"

namespace s3 {

namespace get_bucket_policy_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    std::string policy;
    std::string content_type = "application/json";
    static constexpr auto members() {
        return std::tuple{member("Policy", &Output::policy, {.location = Location::payload}),
                          member("ContentType", &Output::content_type,
                                 {.wire_name = "Content-Type", .location = Location::header})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(policy, read_document(s3, bucket.name, policy_document));
    if (!policy) return faults::no_such_bucket_policy(bucket.name);
    return Output{std::move(*policy)};
}

}  // namespace get_bucket_policy_operation

constinit const aws::Operation get_bucket_policy =
    aws::operation<&get_bucket_policy_operation::run>("GetBucketPolicy",
                                                      {.http = {"GET", "/{Bucket}?policy"}});

}  // namespace s3
