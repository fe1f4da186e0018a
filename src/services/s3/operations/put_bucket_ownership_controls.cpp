// There are no ACLs here, so of the three kinds of ownership only the one without them.
#include "services/s3/bucket_shapes.h"
#include "services/s3/settings.h"

namespace s3 {

namespace put_bucket_ownership_controls_operation {

struct Input : BucketTarget {
    std::optional<OwnershipControls> configuration;
    static constexpr auto members() {
        return join(BucketTarget::members(),
                    std::tuple{member("OwnershipControls", &Input::configuration,
                                      {.location = Location::payload})});
    }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    if (!input.configuration || input.configuration->rules.size() != 1) {
        return faults::malformed_xml();
    }
    const std::string& ownership = input.configuration->rules.front().ownership;
    if (ownership == "BucketOwnerPreferred" || ownership == "ObjectWriter") {
        return faults::not_implemented("ObjectOwnership " + ownership +
                                       " is not implemented: there are no access control lists, "
                                       "only BucketOwnerEnforced.");
    }
    if (ownership != "BucketOwnerEnforced") return faults::malformed_xml();
    TRY_VOID(write_setting(s3, bucket.name, ownership_document, OwnershipRow{}));
    return shape::Empty{};
}

}  // namespace put_bucket_ownership_controls_operation

constinit const aws::Operation put_bucket_ownership_controls =
    aws::operation<&put_bucket_ownership_controls_operation::run>(
        "PutBucketOwnershipControls",
        {.http = {"PUT", "/{Bucket}?ownershipControls"}, .body_bytes_max = 64 * 1024});

}  // namespace s3
