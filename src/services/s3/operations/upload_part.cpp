#include "services/s3/encryption.h"
#include "services/s3/multipart.h"
#include "services/s3/upload_sink.h"

namespace s3 {

namespace upload_part_operation {

struct Input : UploadTarget {
    std::string part_number;
    static constexpr auto members() {
        return join(
            UploadTarget::members(),
            std::tuple{member(
                "PartNumber", &Input::part_number,
                {.required = true, .wire_name = "partNumber", .location = Location::query})});
    }
};
struct Output : ChecksumHeaders, EncryptionHeaders {
    std::string etag;
    static constexpr auto members() {
        return join(std::tuple{member("ETag", &Output::etag, {.location = Location::header})},
                    ChecksumHeaders::members(), EncryptionHeaders::members());
    }
};

aws::Reply<std::unique_ptr<wire::BodySink>> run(S3& s3, const aws::Call& call, Input& input,
                                                aws::Responder<Output> respond) {
    TRY(number, parse_part_number(input.part_number));
    TRY_VOID(announced_length(call));
    TRY_VOID(refuse_encryption_headers(call));
    TRY(upload, find_upload(s3, call, input));
    TRY(declared, declared_checksums(call));
    TRY_VOID(check_part_algorithm(upload, declared));
    // What the client sent is answered; a checksum it did not ask for is only kept.
    const bool asked = declared.kind || !upload.checksum_algorithm.empty();
    Digester digester(std::move(declared), checksum_kind_of(upload));
    auto done = [&s3, target = UploadTarget(input), number, asked,
                 encryption = encryption_of(upload.properties),
                 respond = std::move(respond)](aws::Reply<Received> received) mutable {
        if (!received) return respond(std::move(received.error()));
        put_part(s3, target, number, std::move(received.value().prepared),
                 std::move(received.value().checksums),
                 [asked, encryption,
                  respond = std::move(respond)](aws::Reply<object_store::Part> part) mutable {
                     if (!part) return respond(std::move(part.error()));
                     Output output;
                     static_cast<EncryptionHeaders&>(output) = encryption;
                     if (asked) {
                         static_cast<ChecksumHeaders&>(output) =
                             to_headers(part.value().checksums, {});
                     }
                     output.etag = quote(part.value().etag);
                     respond(std::move(output));
                 });
    };
    return make_upload_sink(s3, input.bucket, std::move(digester), std::move(done));
}

}  // namespace upload_part_operation

constinit const aws::Operation upload_part = aws::operation<&upload_part_operation::run>(
    "UploadPart", {.http = {"PUT", "/{Bucket}/{Key+}"}, .body_bytes_max = object_bytes_max});

}  // namespace s3
