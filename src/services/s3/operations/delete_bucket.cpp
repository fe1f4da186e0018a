#include "services/s3/faults.h"
#include "services/s3/s3.h"
#include "services/s3/shapes.h"

namespace s3 {

namespace delete_bucket_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    auto deleted = s3.store().delete_bucket(bucket.name);
    if (deleted) return shape::Empty{};
    if (deleted.error().kind == base::ErrorKind::invalid) {
        return faults::bucket_not_empty(bucket.name);
    }
    return faults::from(deleted.error(), bucket.name);
}

}  // namespace delete_bucket_operation

constinit const aws::Operation delete_bucket = aws::operation<&delete_bucket_operation::run>(
    "DeleteBucket", {.http = {"DELETE", "/{Bucket}", 204}});

}  // namespace s3
