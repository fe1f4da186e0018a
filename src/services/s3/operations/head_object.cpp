#include "services/s3/faults.h"
#include "services/s3/read.h"

namespace s3 {

namespace head_object_operation {

struct Input : ReadInput {
    static constexpr auto members() { return ReadInput::members(); }
};
struct Output : ReadOutput {
    std::int64_t content_length = 0;
    static constexpr auto members() {
        return join(
            ReadOutput::members(),
            std::tuple{member("ContentLength", &Output::content_length,
                              {.wire_name = "Content-Length", .location = Location::header})});
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY_VOID(refuse_encryption_headers(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(info, head(s3, bucket, input));
    TRY(decided, decide_read(call, bucket, input, info));
    Output output;
    static_cast<ReadOutput&>(output) = std::move(decided.output);
    output.content_length = static_cast<std::int64_t>(decided.range.length);
    return output;
}

}  // namespace head_object_operation

constinit const aws::Operation head_object = aws::operation<&head_object_operation::run>(
    "HeadObject", {.http = {"HEAD", "/{Bucket}/{Key+}"}});

}  // namespace s3
