#include "services/s3/settings.h"
#include "services/s3/shapes.h"

namespace s3 {

namespace put_bucket_versioning_operation {

struct Versioning {
    Text mfa_delete, status;
    static constexpr auto members() {
        return std::tuple{member("MFADelete", &Versioning::mfa_delete, {.wire_name = "MfaDelete"}),
                          member("Status", &Versioning::status)};
    }
};
struct Input : BucketTarget {
    std::optional<Versioning> configuration;
    static constexpr auto members() {
        return join(BucketTarget::members(),
                    std::tuple{member("VersioningConfiguration", &Input::configuration,
                                      {.location = Location::payload})});
    }
};

aws::Reply<shape::Empty> run(S3& s3, const aws::Call& call, Input& input) {
    TRY_VOID(refuse_unsupported_headers(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    if (!input.configuration) return faults::malformed_xml();
    if (input.configuration->mfa_delete && *input.configuration->mfa_delete != "Disabled") {
        return faults::not_implemented("MFA delete is not implemented.");
    }
    const Text& status = input.configuration->status;
    if (!status) {
        return faults::illegal_versioning("The Versioning element must be specified");
    }
    if (*status != object_store::versioning_enabled &&
        *status != object_store::versioning_suspended) {
        return faults::malformed_xml();
    }
    auto changed = s3.store().update_bucket(
        bucket.name, [&](object_store::Bucket& row) { row.versioning = *status; });
    if (!changed) return faults::from(changed.error(), bucket.name);
    return shape::Empty{};
}

}  // namespace put_bucket_versioning_operation

constinit const aws::Operation put_bucket_versioning =
    aws::operation<&put_bucket_versioning_operation::run>(
        "PutBucketVersioning",
        {.http = {"PUT", "/{Bucket}?versioning"}, .body_bytes_max = 64 * 1024});

}  // namespace s3
