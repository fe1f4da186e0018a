#include "services/s3/copy.h"
#include "services/s3/encryption.h"
#include "services/s3/faults.h"
#include "services/s3/multipart.h"

namespace s3 {

namespace upload_part_copy_operation {

struct Input : UploadTarget, CopySourceInput {
    std::string part_number;
    Text copy_source_range;
    static constexpr auto members() {
        return join(
            UploadTarget::members(), CopySourceInput::members(),
            std::tuple{
                member("PartNumber", &Input::part_number,
                       {.required = true, .wire_name = "partNumber", .location = Location::query}),
                member("CopySourceRange", &Input::copy_source_range,
                       {.wire_name = "x-amz-copy-source-range", .location = Location::header})});
    }
};
struct CopyPartResult : ChecksumElements {
    std::string etag, last_modified;
    static constexpr auto members() {
        return join(std::tuple{member("ETag", &CopyPartResult::etag),
                               member("LastModified", &CopyPartResult::last_modified)},
                    ChecksumElements::members());
    }
};
struct Output : CopySourceVersion, EncryptionHeaders {
    CopyPartResult result;
    static constexpr auto members() {
        return join(
            CopySourceVersion::members(), EncryptionHeaders::members(),
            std::tuple{member("CopyPartResult", &Output::result, {.location = Location::payload})});
    }
};

struct Copying {
    std::int32_t number = 0;
    bool asked = false;  // for a checksum
    wire::ChecksumKind kind = wire::ChecksumKind::crc64nvme;
    std::shared_ptr<object_store::ObjectReader> reader;
    CopySourceVersion version;
    EncryptionHeaders encryption;
    ByteRange range;
};

aws::Reply<Copying> prepare(S3& s3, const aws::Call& call, const Input& input) {
    Copying copying;
    TRY(number, parse_part_number(input.part_number));
    copying.number = number;
    TRY(upload, find_upload(s3, call, input));
    copying.asked = !upload.checksum_algorithm.empty();
    copying.kind = checksum_kind_of(upload);
    TRY(source, parse_copy_source(input.copy_source));
    TRY(opened, open_copy_source(s3, call, input, source));
    copying.reader = std::move(opened.reader);
    copying.version = std::move(opened.version);
    copying.encryption = encryption_of(upload.properties);
    const std::uint64_t size = copying.reader->info().size_bytes;
    copying.range = {0, size};
    if (input.copy_source_range) {
        TRY(range, parse_copy_range(*input.copy_source_range, size));
        copying.range = range;
    }
    if (copying.range.length > object_bytes_max) {
        return faults::entity_too_large(copying.range.length, object_bytes_max);
    }
    return copying;
}

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto prepared = prepare(s3, call, input);
    if (!prepared) return respond(std::move(prepared.error()));
    const Copying copying = std::move(prepared.value());
    copy_bytes(s3, copying.reader, copying.range, input.bucket, Digester({}, copying.kind),
               [&s3, target = UploadTarget(input), number = copying.number, asked = copying.asked,
                version = copying.version, encryption = copying.encryption,
                respond = std::move(respond)](aws::Reply<Received> received) mutable {
                   if (!received) return respond(std::move(received.error()));
                   put_part(s3, target, number, std::move(received.value().prepared),
                            std::move(received.value().checksums),
                            [asked, version, encryption, respond = std::move(respond)](
                                aws::Reply<object_store::Part> part) mutable {
                                if (!part) return respond(std::move(part.error()));
                                Output output;
                                static_cast<CopySourceVersion&>(output) = version;
                                static_cast<EncryptionHeaders&>(output) = encryption;
                                if (asked) {
                                    static_cast<ChecksumElements&>(output.result) =
                                        to_elements(part.value().checksums);
                                }
                                output.result.etag = quote(part.value().etag);
                                output.result.last_modified = xml_time(part.value().modified);
                                respond(std::move(output));
                            });
               });
}

}  // namespace upload_part_copy_operation

constinit const aws::Operation upload_part_copy = aws::operation<&upload_part_copy_operation::run>(
    "UploadPartCopy", {.http = {"PUT", "/{Bucket}/{Key+}"}});

}  // namespace s3
