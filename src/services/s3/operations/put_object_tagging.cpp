#include "services/s3/tagging.h"
#include "services/s3/version.h"

namespace s3 {

namespace put_object_tagging_operation {

struct Input : VersionTarget {
    std::optional<Tagging> tagging;
    static constexpr auto members() {
        return join(VersionTarget::members(), std::tuple{member("Tagging", &Input::tagging,
                                                                {.location = Location::payload})});
    }
};

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<VersionHeader> respond) {
    const auto check = [&]() -> aws::Reply<object_store::Bucket> {
        TRY_VOID(check_key(input.key));
        TRY_VOID(check_version_id(input.version_id));
        return s3.bucket(call, input.bucket, input.expected_owner);
    };
    auto bucket = check();
    if (!bucket) return respond(std::move(bucket.error()));
    if (!input.tagging) return respond(faults::malformed_xml());
    auto tags = to_tags(*input.tagging, object_tags_max);
    if (!tags) return respond(std::move(tags.error()));
    s3.store().set_tags(bucket.value().name, input.key, input.version_id, std::move(tags.value()),
                        [bucket = bucket.value(), key = input.key, respond = std::move(respond)](
                            base::Result<object_store::ObjectInfo> info) mutable {
                            if (!info) return respond(faults::from(info.error(), bucket.name, key));
                            respond(version_header(bucket, info.value().version_id));
                        });
}

}  // namespace put_object_tagging_operation

constinit const aws::Operation put_object_tagging =
    aws::operation<&put_object_tagging_operation::run>(
        "PutObjectTagging",
        {.http = {"PUT", "/{Bucket}/{Key+}?tagging"}, .body_bytes_max = 64 * 1024});

}  // namespace s3
