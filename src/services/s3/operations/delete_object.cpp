#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

namespace {

struct Input : ObjectTarget {
    Text if_match;
    static constexpr auto members() {
        return join(ObjectTarget::members(),
                    std::tuple{member("IfMatch", &Input::if_match,
                                      {.wire_name = "If-Match", .location = Location::header})});
    }
};

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<shape::Empty> respond) {
    const auto check = [&]() -> aws::Reply<void> {
        TRY_VOID(check_key(input.key));
        TRY_VOID(refuse_unsupported_headers(call));
        if (input.if_match) return faults::header_not_implemented("If-Match");
        TRY_VOID(s3.bucket(call, input.bucket, input.expected_owner));
        return base::ok();
    };
    auto checked = check();
    if (!checked) return respond(std::move(checked.error()));
    s3.store().remove(input.bucket, {input.key},
                      [bucket = input.bucket, key = input.key,
                       respond = std::move(respond)](base::Result<void> removed) mutable {
                          if (!removed) return respond(faults::from(removed.error(), bucket, key));
                          respond(shape::Empty{});
                      });
}

}  // namespace

constinit const aws::Operation delete_object =
    aws::operation<&run>("DeleteObject", {.http = {"DELETE", "/{Bucket}/{Key+}", 204}});

}  // namespace s3
