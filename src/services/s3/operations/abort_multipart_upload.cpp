#include "services/s3/multipart.h"

namespace s3 {

namespace abort_multipart_upload_operation {

struct Input : UploadTarget {
    static constexpr auto members() { return UploadTarget::members(); }
};

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<shape::Empty> respond) {
    auto upload = find_upload(s3, call, input);
    if (!upload) return respond(std::move(upload.error()));
    s3.store().abort_upload(input.bucket, input.key, input.upload_id,
                            [target = UploadTarget(input),
                             respond = std::move(respond)](base::Result<void> aborted) mutable {
                                if (!aborted) return respond(upload_fault(aborted.error(), target));
                                respond(shape::Empty{});
                            });
}

}  // namespace abort_multipart_upload_operation

constinit const aws::Operation abort_multipart_upload =
    aws::operation<&abort_multipart_upload_operation::run>(
        "AbortMultipartUpload", {.http = {"DELETE", "/{Bucket}/{Key+}", 204}});

}  // namespace s3
