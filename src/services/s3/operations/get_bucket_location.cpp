#include "services/s3/s3.h"
#include "services/s3/shapes.h"

namespace s3 {

namespace get_bucket_location_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Output {
    std::string location;  // "" is us-east-1
    static constexpr auto members() {
        return std::tuple{member("LocationConstraint", &Output::location)};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    return Output{bucket.region == "us-east-1" ? std::string() : bucket.region};
}

}  // namespace get_bucket_location_operation

constinit const aws::Operation get_bucket_location =
    aws::operation<&get_bucket_location_operation::run>(
        "GetBucketLocation", {.http = {"GET", "/{Bucket}?location"}, .output_element = ""});

}  // namespace s3
