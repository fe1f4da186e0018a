#include "services/s3/bucket_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace put_bucket_tagging_operation {

struct Input : BucketTarget {
    std::optional<Tagging> configuration;
    static constexpr auto members() {
        return join(BucketTarget::members(), std::tuple{member("Tagging", &Input::configuration,
                                                               {.location = Location::payload})});
    }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    if (!input.configuration) return faults::malformed_xml();
    TRY(tags, to_tags(*input.configuration, bucket_tags_max));
    TRY_VOID(write_setting(s3, bucket.name, tagging_document, TagsRow{std::move(tags)}));
    return shape::Empty{};
}

}  // namespace put_bucket_tagging_operation

constinit const aws::Operation put_bucket_tagging =
    aws::operation<&put_bucket_tagging_operation::run>(
        "PutBucketTagging", {.http = {"PUT", "/{Bucket}?tagging"}, .body_bytes_max = 256 * 1024});

}  // namespace s3
