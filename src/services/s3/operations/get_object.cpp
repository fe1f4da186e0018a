#include "services/s3/faults.h"
#include "services/s3/read.h"

namespace s3 {

namespace get_object_operation {

struct Input : ReadInput {
    static constexpr auto members() { return ReadInput::members(); }
};
struct Output : ReadOutput {
    aws::StreamedBody body;
    static constexpr auto members() {
        return join(ReadOutput::members(),
                    std::tuple{member("Body", &Output::body, {.location = Location::payload})});
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY_VOID(refuse_encryption_headers(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(reader, open(s3, bucket, input.key, input.version_id));
    TRY(decided, decide_read(call, bucket, input, reader->info()));
    Output output;
    static_cast<ReadOutput&>(output) = std::move(decided.output);
    if (output.status != 304) {
        output.body.source = reader->body(decided.range.offset, decided.range.length);
    }
    return output;
}

}  // namespace get_object_operation

constinit const aws::Operation get_object =
    aws::operation<&get_object_operation::run>("GetObject", {.http = {"GET", "/{Bucket}/{Key+}"}});

}  // namespace s3
