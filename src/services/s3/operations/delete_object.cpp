#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/version.h"

namespace s3 {

namespace delete_object_operation {

struct Input : VersionTarget {
    Text if_match;
    static constexpr auto members() {
        return join(VersionTarget::members(),
                    std::tuple{member("IfMatch", &Input::if_match,
                                      {.wire_name = "If-Match", .location = Location::header})});
    }
};
struct Output : VersionHeader {
    std::optional<bool> delete_marker;
    static constexpr auto members() {
        return join(
            VersionHeader::members(),
            std::tuple{member("DeleteMarker", &Output::delete_marker,
                              {.wire_name = "x-amz-delete-marker", .location = Location::header})});
    }
};

aws::Reply<object_store::Removal> prepare(const aws::Call& call, const Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(check_version_id(input.version_id));
    TRY_VOID(refuse_unsupported_headers(call));
    object_store::Removal removal{input.key, input.version_id};
    if (input.if_match) {
        TRY(condition, write_condition(input.if_match, {}));
        removal.if_etag = condition.if_etag;
    }
    return removal;
}

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto removal = prepare(call, input);
    if (!removal) return respond(std::move(removal.error()));
    auto bucket = s3.bucket(call, input.bucket, input.expected_owner);
    if (!bucket) return respond(std::move(bucket.error()));
    using Removed = std::vector<object_store::Removed>;
    s3.store().remove_versions(
        input.bucket, {std::move(removal.value())},
        [bucket = std::move(bucket.value()), key = input.key, version_id = input.version_id,
         respond = std::move(respond)](base::Result<Removed> removed) mutable {
            if (!removed) return respond(faults::from(removed.error(), bucket.name, key));
            const object_store::Removed& one = removed.value().front();
            if (one.refused) return respond(faults::precondition_failed("If-Match"));
            Output output;
            if (bucket.versioning) {
                if (one.delete_marker) output.delete_marker = true;
                // A version that is not there is gone too.
                output.version_id = one.version_id.empty() ? version_id : one.version_id;
            }
            respond(std::move(output));
        });
}

}  // namespace delete_object_operation

constinit const aws::Operation delete_object = aws::operation<&delete_object_operation::run>(
    "DeleteObject", {.http = {"DELETE", "/{Bucket}/{Key+}", 204}});

}  // namespace s3
