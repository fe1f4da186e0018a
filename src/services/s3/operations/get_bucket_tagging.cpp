#include "services/s3/settings.h"
#include "services/s3/tagging.h"

namespace s3 {

namespace get_bucket_tagging_operation {

struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};

aws::Reply<Tagging> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(stored, read_setting<TagsRow>(s3, bucket.name, tagging_document));
    if (!stored) return faults::no_such_tag_set(bucket.name);
    return Tagging{to_tag_set(stored->tags)};
}

}  // namespace get_bucket_tagging_operation

constinit const aws::Operation get_bucket_tagging =
    aws::operation<&get_bucket_tagging_operation::run>(
        "GetBucketTagging", {.http = {"GET", "/{Bucket}?tagging"}, .output_element = "Tagging"});

}  // namespace s3
