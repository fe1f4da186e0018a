#include "services/s3/tagging.h"
#include "services/s3/version.h"

namespace s3 {

namespace delete_object_tagging_operation {

struct Input : VersionTarget {
    static constexpr auto members() { return VersionTarget::members(); }
};

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<VersionHeader> respond) {
    const auto check = [&]() -> aws::Reply<object_store::Bucket> {
        TRY_VOID(check_key(input.key));
        TRY_VOID(check_version_id(input.version_id));
        return s3.bucket(call, input.bucket, input.expected_owner);
    };
    auto bucket = check();
    if (!bucket) return respond(std::move(bucket.error()));
    s3.store().set_tags(bucket.value().name, input.key, input.version_id, {},
                        [bucket = bucket.value(), key = input.key, respond = std::move(respond)](
                            base::Result<object_store::ObjectInfo> info) mutable {
                            if (!info) return respond(faults::from(info.error(), bucket.name, key));
                            respond(version_header(bucket, info.value().version_id));
                        });
}

}  // namespace delete_object_tagging_operation

constinit const aws::Operation delete_object_tagging =
    aws::operation<&delete_object_tagging_operation::run>(
        "DeleteObjectTagging", {.http = {"DELETE", "/{Bucket}/{Key+}?tagging", 204}});

}  // namespace s3
