#include "services/s3/tagging.h"
#include "services/s3/version.h"

namespace s3 {

namespace get_object_tagging_operation {

struct Input : VersionTarget {
    static constexpr auto members() { return VersionTarget::members(); }
};
struct Output : Tagging, VersionHeader {
    static constexpr auto members() { return join(Tagging::members(), VersionHeader::members()); }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(info, head(s3, bucket, input));
    Output output;
    output.tag_set = to_tag_set(info.tags);
    static_cast<VersionHeader&>(output) = version_header(bucket, info.version_id);
    return output;
}

}  // namespace get_object_tagging_operation

constinit const aws::Operation get_object_tagging =
    aws::operation<&get_object_tagging_operation::run>(
        "GetObjectTagging",
        {.http = {"GET", "/{Bucket}/{Key+}?tagging"}, .output_element = "Tagging"});

}  // namespace s3
